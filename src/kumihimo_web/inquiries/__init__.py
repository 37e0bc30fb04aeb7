"""Inquiries, what was read of them, and the teams that are proposed."""
