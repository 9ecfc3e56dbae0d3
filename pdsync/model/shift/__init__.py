"""Shift-based schedules: what their rotations and events are, and what time does to them."""
