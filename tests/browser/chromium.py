"""How Chromium is started for a test, and how patient a test is with it."""

from pathlib import Path

PROGRAM = Path(__file__).with_suffix(".sh")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]
PATIENCE = 30.0
"""Seconds until something that should happen counts as not happening; a slow machine only waits longer."""
