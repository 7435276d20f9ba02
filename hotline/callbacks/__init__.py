"""Callbacks: asked for, tried, and the number a citizen was told for one."""
