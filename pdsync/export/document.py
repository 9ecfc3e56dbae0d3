"""A manifest as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pdsync.export.yaml_writer import render_block
from pdsync.model import Kind
from pdsync.model.envelope import API_VERSION
from pdsync.model.schema import BASE, COMBINED_FILE

SCHEMA_URL = f"{BASE}{COMBINED_FILE}"


@dataclass(frozen=True, slots=True)
class ManifestText:
    """What one document says."""

    kind: Kind
    key: str
    spec: Mapping[str, Any]
    comments: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Lines above members of the spec; under the empty name those above the document."""
    id: str | None = None
    protect: bool = False

    def render(self) -> str:
        """The document. Ends in a line break."""
        lines = [f"# {comment}" for comment in self.comments.get("", ())]
        envelope: dict[str, Any] = {
            "apiVersion": API_VERSION,
            "kind": self.kind.name,
            "metadata": {"name": self.key, **({"id": self.id} if self.id else {})},
        }
        if self.protect:
            envelope["lifecycle"] = {"protect": True}
        lines += render_block(envelope, 0, compact=False)
        lines += ["spec:", *render_block(self.spec, 2, self.comments)]
        return "\n".join(lines) + "\n"


def render_file(documents: Sequence[str], schema: str = SCHEMA_URL) -> str:
    """A file that holds the documents. Each begins with the line that tells editors the schema: it counts for one document only."""
    line = f"# yaml-language-server: $schema={schema}"
    return "\n---\n".join(f"{line}\n\n{document}" for document in documents)
