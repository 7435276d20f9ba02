"""Screening: registering a recording as a case, setting it aside, and undoing that."""
