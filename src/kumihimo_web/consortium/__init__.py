"""Firms that take orders together."""
