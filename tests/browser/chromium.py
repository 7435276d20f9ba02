"""How Chromium is started for a test, and how patient a test is with it."""

from pathlib import Path

WITHOUT_WINDOWS = Path(__file__).with_name("chromium-headless-shell.sh")
"""Starts in a third of the time, and plays no sound."""
WITH_SOUND = Path(__file__).with_name("chromium.sh")
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
