"""What an apply did, as text."""
