"""From a recording to a draft: engines, audio, text, the worker."""
