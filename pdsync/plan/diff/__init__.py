"""What is different between a manifest and its live object, and the change that follows."""
