"""What becomes of events, as text and as JSON."""
