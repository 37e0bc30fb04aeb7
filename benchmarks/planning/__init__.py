"""Benchmarks of the planner: published shops, the multi-firm set, the living plan, risk.

``python -m benchmarks.planning.run --help`` runs them; ``docs/explanation/planning-benchmark.md`` tells the rules.
"""
