"""The secrets that the manifests of a workspace name, by their values: an export writes the reference where the account shows the value."""

from __future__ import annotations

from pdsync.engine.desired import Workspace, place_secrets
from pdsync.kinds import BY_SLUG
from pdsync.model.codec.secret_text import KNOWN, known_value, references_in

_SHORTEST = 4
"""A shorter value may be there by chance."""


def note_known_secrets(workspace: Workspace) -> None:
    """Notes the texts of all manifests that name secrets, as far as this process has their values. What is wrong with a manifest is not
    asked here."""
    place_secrets(workspace)
    KNOWN.clear()
    for resource in workspace.load().resources:
        for name, side in BY_SLUG[resource.kind].open_fields.items():
            for text in side.parts(resource.fields[name]).values() if name in resource.fields else ():
                if isinstance(text, str) and references_in(text):
                    value = known_value(text)
                    if value is not None and len(value) >= _SHORTEST:
                        KNOWN.setdefault(value, text)
