"""What is known of a number: earlier calls and cases, notes, and whether it is blocked."""
