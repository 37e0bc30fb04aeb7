"""Proven lower bounds: every order alone, resource capacities priced (Lagrange), machine loads for makespans."""
