"""A CODEOWNERS file: who reviews which folder."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pdsync.export.slug import make_slug

_SPECIAL = re.compile(r"([\s#!\\*?\[\]])")


def render_codeowners(organisation: str, base: str, folders: Mapping[str, str]) -> str:
    """The text; `folders` maps the folder of each team to its name, `base` is the path from the repository's root."""
    prefix = "/" + "".join(f"{part}/" for part in base.split("/") if part not in ("", "."))
    lines = [
        f"# Written by pdsync export. {organisation}'s code host reads this file in the root of the repository or in .github/.",
        "# Teams may have other names there than in PagerDuty: check each line.",
    ]
    lines += [
        f"{_escape(f'{prefix}{folder}/')} @{organisation}/{make_slug(name) or folder}"
        for folder, name in sorted(folders.items())
    ]
    return "\n".join(lines) + "\n"


def _escape(path: str) -> str:
    return _SPECIAL.sub(r"\\\1", path)
