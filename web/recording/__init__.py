"""A recording's page: its sound, its draft to correct, who holds it, and its history."""
