"""What a shell offers after a Tab: keys of manifests, workspaces, journals, time zones.

A person waits for it, so manifests are not parsed: their first lines are searched for the kind and the name. What cannot be read is left
out, for a shell has no place for an error.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pdsync.cli.invocation import Invocation

_CONFIG = "pdsync.yaml"
_MOST_FILES, _MOST_BYTES = 5_000, 2_000_000
_DOCUMENT = re.compile(r"^---\s*$", re.MULTILINE)
_KIND = re.compile(r"^kind:[ \t]*[\"']?(\w+)", re.MULTILINE)
_KEY = re.compile(
    r"^metadata:[ \t]*(?:\{[^}\n]*?\bname:|\n(?:[ \t]+.*\n)*?[ \t]+name:)[ \t]*[\"']?([A-Za-z0-9][A-Za-z0-9._-]*)",
    re.MULTILINE,
)
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def find_addresses(invocation: Invocation) -> list[str]:
    """The addresses of all manifests of the workspace."""
    return sorted({f"{slug}/{key}" for slug, key in _objects(invocation)})


def find_keys(invocation: Invocation, words: set[str]) -> list[str]:
    """The keys of manifests whose kinds end in one of the words: `policy` is an escalation policy."""
    return sorted({key for slug, key in _objects(invocation) if any(slug.endswith(word) for word in words)})


def find_workspaces(invocation: Invocation) -> list[str]:
    """The workspaces of pdsync.yaml."""
    settings = _settings(invocation)
    return [
        *map(str, settings.get("workspaces") or ()),
        *([str(settings["workspace"])] if "workspace" in settings else ()),
    ]


def find_journals(invocation: Invocation) -> list[str]:
    """The last run, and the journals that are kept."""
    folder = _config_file(invocation).parent / ".pdsync" / "journal"
    return ["last", *sorted((str(path) for path in folder.glob("*.jsonl")), reverse=True)]


def find_zones() -> list[str]:
    """All time zones."""
    from pdsync.model.zone import zone_names

    return sorted(zone_names())


def _config_file(invocation: Invocation) -> Path:
    return Path(invocation.options.config or _CONFIG)


def _settings(invocation: Invocation) -> dict[str, Any]:
    import yaml

    try:
        read = yaml.safe_load(_config_file(invocation).read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        return {}
    return read if isinstance(read, dict) else {}


def _objects(invocation: Invocation) -> Iterator[tuple[str, str]]:
    for file in _files(invocation):
        try:
            with file.open(encoding="utf-8", errors="replace") as opened:
                text = opened.read(_MOST_BYTES)
        except OSError:
            continue
        for document in _DOCUMENT.split(text):
            kind, key = _KIND.search(document), _KEY.search(document)
            if kind is not None and key is not None:
                yield _CAPITAL.sub("_", kind[1]).lower(), key[1]


def _files(invocation: Invocation) -> Iterator[Path]:
    settings = _settings(invocation)
    if not settings and invocation.options.config is not None:
        return
    overlay = (settings.get("workspaces") or {}).get(invocation.workspace) or {}
    named = overlay.get("paths") or settings.get("paths") or ["."]
    folder = _config_file(invocation).parent
    count = 0
    for name in named if isinstance(named, list) else ():
        root = folder / str(name)
        for above, folders, files in os.walk(root) if root.is_dir() else [(str(root.parent), [], [root.name])]:
            folders[:] = [each for each in folders if not each.startswith(".")]
            for each in files:
                count += 1
                if count > _MOST_FILES:
                    return
                if each.endswith((".yaml", ".yml")) and each != _CONFIG:
                    yield Path(above, each)
