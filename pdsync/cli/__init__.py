"""The command line. `main` parses and handles errors; a command is a plain function of typed options that gives an exit code."""
