"""Where the account is kept: objects in memory and in SQLite, whole states as text, seeds."""
