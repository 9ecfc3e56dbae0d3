"""One module a command: a plain function of typed options that returns the exit code and does not depend on the parser."""
