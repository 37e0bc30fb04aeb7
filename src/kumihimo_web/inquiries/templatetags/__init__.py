"""Filters of the pages of inquiries."""
