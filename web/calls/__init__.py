"""Calls: the list of all of them, and those that were abandoned."""
