"""Filters of the inquiries' pages."""
