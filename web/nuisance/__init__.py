"""Nuisance calls: numbers that are blocked, from the list of calls or typed, and lifting it."""
