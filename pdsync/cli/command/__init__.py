"""Each command is a module with a plain function: typed options in, exit code out. It does not know the parser."""
