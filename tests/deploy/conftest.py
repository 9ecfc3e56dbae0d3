"""The fixtures of the command line, for what runs it elsewhere."""

from tests.cli.conftest import folder, manifests, online, pdsync

__all__ = ["folder", "manifests", "online", "pdsync"]
