"""Reports: the figures of a period, as tables, charts and files."""
