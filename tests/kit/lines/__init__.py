"""Callers of SIP and RTP alone: their messages, their sound, and the prompts they know by one frame."""
