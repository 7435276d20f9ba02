"""What people see: the review desk and its neighbours, one folder a feature."""
