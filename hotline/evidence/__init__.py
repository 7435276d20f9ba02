"""Evidence: the chain of the audit trail, what it says of recordings, and finding what differs from it."""
