"""Recordings: in the spool and in the store, transcribed, held and corrected."""
