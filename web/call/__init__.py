"""Beside a call: what is known of its caller, and the form that becomes a case or a consultation."""
