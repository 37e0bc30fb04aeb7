"""Kumihimo 組紐: plans a network of small factories as one distributed plant.

The packages follow the loop know, team, plan, order, watch, learn, prepare: see `docs/explanation/loop.md`.
Nothing heavy is imported here: import the package that you need.
"""

__version__ = "0.1.0"
