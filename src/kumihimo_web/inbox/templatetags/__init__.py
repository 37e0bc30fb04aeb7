"""Filters of the templates of the inbox."""
