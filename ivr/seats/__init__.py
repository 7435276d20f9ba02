"""Seats: where agents answer by day. What Asterisk knows of them, and what it is told."""
