"""The running hotline: its processes, their signs of life, checks and backups."""
