"""The wallboard: how the line is doing, for a large screen."""
