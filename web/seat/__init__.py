"""The seat console: where an agent sits, answers, and sees who is calling."""
