"""One module a command: a plain function of typed options that gives the exit code and knows nothing of the parser."""
