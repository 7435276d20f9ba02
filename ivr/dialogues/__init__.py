"""What the hotline says and hears, one module a conversation. A feature's file and function are one word."""
