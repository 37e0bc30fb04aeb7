"""Filters of the orders' templates."""
