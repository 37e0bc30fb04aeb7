"""Filters of the templates of assessments."""
