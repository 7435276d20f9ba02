"""Calls by day: what became of each, what was written beside it, and whom nobody answered."""
