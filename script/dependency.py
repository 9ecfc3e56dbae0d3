"""What pdsync runs with: found in the virtual environment, and listed with hashes in deploy/."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_ENTRY = re.compile(
    r"^(?P<requirement>[^\s#][^\\\n]*?) \\\n(?P<hashes>(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.M
)


def find_pins(extras: tuple[str, ...] = (), roots: tuple[str, ...] = ("pdsync",)) -> dict[str, str]:
    """Name and installed version of everything that the roots need, directly or not; not what only their tests need."""
    pins: dict[str, str] = {}
    waiting = [(root, extras) for root in roots]
    while waiting:
        name, chosen = waiting.pop()
        for text in distribution(name).requires or ():
            needed = Requirement(text)
            wanted = needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in ("", *chosen))
            key = canonicalize_name(needed.name)
            if not wanted or key in pins or key == "pdsync":
                continue
            try:
                pins[key] = distribution(key).version
            except PackageNotFoundError:
                continue
            waiting.append((key, tuple(needed.extras)))
    return pins


def load_hashed(path: Path) -> dict[str, Requirement]:
    """The requirements of a file of hashes, by name. An entry without a hash, or one that is not understood, is an error."""
    text = "".join(line for line in path.read_text(encoding="utf-8").splitlines(keepends=True) if line[:1] != "#")
    if rest := _ENTRY.sub("", text).strip():
        raise ValueError(f"{path.name}: no hashes, or not understood: {rest.splitlines()[0]}")
    found = (Requirement(match["requirement"]) for match in _ENTRY.finditer(text))
    return {canonicalize_name(requirement.name): requirement for requirement in found}
