"""Calls: what became of each, its stretches, and whom nobody answered."""
