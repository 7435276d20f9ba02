"""What calls leave in the spool becomes recordings: as a call ends, and by a sweep where nobody saw it."""
