"""What tests of more than one folder, and bench, stand on: the hotline, its telephones, sample data."""
