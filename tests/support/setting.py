"""The settings of pdsync.yaml that tests share. Their workspaces manage people, as most do."""

from __future__ import annotations

PEOPLE = "people: managed\n"
CONFIG = f"workspace: acme\npaths: [manifests]\n{PEOPLE}"
MANAGED = frozenset({"user"})
"""What `PEOPLE` says, as an option of a plan."""
