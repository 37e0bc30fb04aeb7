"""Commands of the design."""
