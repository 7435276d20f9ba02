"""Signing in and out, and the guard that asks for it everywhere."""
