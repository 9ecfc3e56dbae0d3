"""Shift-based schedules: what their rotations and events are, when the shifts are, whose turn each is, and what time does to them."""
