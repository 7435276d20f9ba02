"""From what was said to a case: the screening of messages, the forms beside calls, numbers that were told."""
