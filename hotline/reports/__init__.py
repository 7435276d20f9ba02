"""Figures of calls and seats: of this day, and of any days behind."""
