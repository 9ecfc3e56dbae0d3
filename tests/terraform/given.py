"""States of a few resources, and the manifests that are made of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import yaml

from pdsync.terraform import Imported, import_states, read_state_file
from tests.terraform.provider import TfResource, as_shown, as_state

NOW = "2026-06-01T00:00:00Z"
FORMS: dict[str, Callable[[list[TfResource]], dict[str, Any]]] = {"state": as_state, "show": as_shown}


def imported(*states: Sequence[TfResource], form: str = "state", now: str = NOW) -> Imported:
    """What becomes of states in files that are called a.json, b.json and so on."""
    files = [
        read_state_file(f"{name}.json", json.dumps(FORMS[form](list(state))).encode())
        for name, state in zip("abcdef", states, strict=False)
    ]
    return import_states(files, "test", now)


def manifests(made: Imported) -> dict[str, dict[str, Any]]:
    """The manifests, by kind and key."""
    documents = [document for text in made.export.files.values() for document in yaml.safe_load_all(text)]
    return {f"{it['kind']}/{it['metadata']['name']}": it for it in documents}


def spec_of(*resources: TfResource) -> dict[str, Any]:
    """The spec of the only object among the resources."""
    (manifest,) = manifests(imported(resources)).values()
    assert isinstance(manifest["spec"], dict)
    return manifest["spec"]


def load_beside(made: Imported, value: Any) -> Any:
    """A text, also where it is in a file next to the manifest."""
    if not isinstance(value, dict):
        return value
    return next(text for name, text in made.export.files.items() if name.endswith(value["file"]))


def comments_of(made: Imported) -> list[str]:
    """Every comment in the files, but the line for editors."""
    lines = [line.strip() for text in made.export.files.values() for line in text.splitlines()]
    return [line[2:] for line in lines if line.startswith("# ") and "yaml-language-server" not in line]
