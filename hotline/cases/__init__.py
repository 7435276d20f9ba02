"""Cases: their numbers, deadlines and units, and what a citizen learns of them."""
