"""What the hotline knows: cases, numbers, deadlines, hours, units, recordings, people, audit, settings.

Imports no telephony, no speech engine and no Flask; ``ivr``, ``transcription`` and ``web`` import it.
"""
