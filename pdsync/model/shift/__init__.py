"""Shift-based schedules: when the shifts of an event are, and whose turn each of them is."""
