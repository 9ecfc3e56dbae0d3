"""Error: why a sandbox cannot run at all."""


class SandboxError(Exception):
    """The sandbox cannot start: a port in use, a file that is not a sandbox database, a broken seed."""
