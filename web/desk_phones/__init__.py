"""What the seats' desk phones register with: the administrator's page."""
