"""Callbacks: asked for, and tried."""
