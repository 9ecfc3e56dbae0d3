"""Which manifest is which live object, and what the references of both point at."""
