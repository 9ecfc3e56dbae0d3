"""What ``pdsync init`` asks, and the files that it writes."""
