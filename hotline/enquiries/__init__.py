"""Enquiries by number: what whoever knows one learns, and how many are answered."""
