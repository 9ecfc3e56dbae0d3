"""Options and arguments of the commands."""
