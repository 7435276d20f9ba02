"""What reaches the office other than by telephone (来件): letters, visits, appointments, entered by hand."""
