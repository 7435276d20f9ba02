"""Handling (办理): the way of a case from the office to the responsible unit, and back to be closed."""
