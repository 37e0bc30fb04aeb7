"""Filters of the pages of the consortium."""
