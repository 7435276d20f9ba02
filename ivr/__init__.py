"""What the hotline says and hears on the telephone."""
