"""Which files of a folder are manifests, by their names."""

from __future__ import annotations

SUFFIXES = (".yaml", ".yml")
CONFIGURATION = ("pdsync.yaml", "pdsync.yml")
"""Files that are configuration in every folder, and never manifests."""


def is_manifest_name(name: str) -> bool:
    """True for the name of a file that a folder is searched for."""
    return name.lower().endswith(SUFFIXES) and name not in CONFIGURATION
