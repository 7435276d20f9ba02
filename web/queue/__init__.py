"""The queue of recordings that wait to be screened, and the list of all others."""
