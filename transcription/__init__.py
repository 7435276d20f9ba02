"""From a recording to a draft: engines, audio, text, models, worker. Imports no ``ivr`` and no ``web``."""
