"""What a call costs, and what a hundred at once do."""
