"""Makespan of flexible shops: a tabu search over the disjunctive graph, lower bounds, CP-SAT where it helps."""
