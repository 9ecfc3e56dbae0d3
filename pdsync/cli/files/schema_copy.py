"""Copies of the JSON Schemas in a repository of manifests: editors read them, without a network and in the version that is used there."""

from __future__ import annotations

import os
from pathlib import Path

from pdsync.model.schema import COMBINED_FILE

FOLDER = "schemas"
"""Next to pdsync.yaml. Not below .pdsync, which git ignores: a colleague who clones the repository needs them too."""


def schema_copies() -> dict[str, str]:
    """The texts of the copies by their paths from the folder of pdsync.yaml, each on one line that a review can skip."""
    import json

    from pdsync.cli.setting.config_schema import CONFIG_FILE, published_config_schema
    from pdsync.kinds import KINDS, TESTS
    from pdsync.model.schema import combined_schema
    from pdsync.version import __version__

    schemas = {COMBINED_FILE: combined_schema(KINDS, TESTS.values()), CONFIG_FILE: published_config_schema()}
    comment = {"$comment": f"Of pdsync {__version__}."}
    return {
        f"{FOLDER}/{name}": json.dumps(comment | body, ensure_ascii=False, separators=(",", ":")) + "\n"
        for name, body in schemas.items()
    }


def find_schema_copy(base: Path, out: Path) -> str | None:
    """The path of the schema of manifests from the folder `out`, if there is a copy below `base`, the folder of pdsync.yaml.

    None also where an editor could not read the path in a comment, as where it has a space.
    """
    copy = base / FOLDER / COMBINED_FILE
    if not copy.is_file():
        return None
    path = Path(os.path.relpath(copy.resolve(), out.resolve())).as_posix()
    return None if len(path.split()) != 1 else path
