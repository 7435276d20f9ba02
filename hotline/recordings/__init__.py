"""Recordings: from the spool into the store, transcribed, and screened by a clerk."""
