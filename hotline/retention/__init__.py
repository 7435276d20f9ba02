"""Retention: how long sound, transcripts and callers' numbers are kept, and how they are deleted."""
