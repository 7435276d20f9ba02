"""Telling pages at once that something has changed (server-sent events)."""
