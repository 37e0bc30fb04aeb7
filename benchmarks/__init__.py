"""Reproducible benchmarks with peers side by side; `make bench` writes the tables in `results/`."""
