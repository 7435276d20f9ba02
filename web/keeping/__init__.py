"""Keeping a recording from deletion: an administrator's button, with a reason."""
