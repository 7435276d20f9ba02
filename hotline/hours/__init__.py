"""When the line is open: by the calendar, by the week, or by hand."""
