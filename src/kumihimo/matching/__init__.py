"""Requirements × capability rows: who could do a step, why not, and which firms make a team."""
