"""Sixteen seats through a compressed day: how soon callers are answered, and what that costs."""
