"""What the hotline says: texts, their audio, and the tools that turn the first into the second."""
