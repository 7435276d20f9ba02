"""Cases: what is entered, their numbers, deadlines and units."""
