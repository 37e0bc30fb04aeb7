"""CP-SAT on small problems; the only place that imports ortools, and only when it is used."""
