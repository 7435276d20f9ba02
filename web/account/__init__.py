"""The user's own account: password and language."""
