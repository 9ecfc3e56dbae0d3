"""What people and tests do to the sandbox itself: its clock, its state, its faults, and the page that shows it."""
