"""Seats: who sits there, what they do, and what they are asked to do."""
