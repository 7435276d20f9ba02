"""A number that its caller withholds, shown once to one person, for a reason."""
