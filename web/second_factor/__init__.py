"""The second factor of one's own account: setting it up, recovery codes, switching it off."""
