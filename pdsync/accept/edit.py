"""The text of a file with new values in one of its manifests."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pdsync.accept.error import AcceptError
from pdsync.accept.merge import Merge
from pdsync.accept.node import Node, read_nodes
from pdsync.accept.splice import Splice, apply_splices
from pdsync.accept.wanted import Wanted
from pdsync.manifest.variable import Variables, substitute
from pdsync.manifest.yaml_text import read_yaml
from pdsync.model import Canonical, Kind, Ref, Scope, Source
from pdsync.model.codec.plain import Codec

_VARIABLE = re.compile(r"(?<!\$)\$\{var:([^}]*)\}")


@dataclass(frozen=True, slots=True)
class WrittenManifest:
    """A manifest in the text of its file."""

    text: str
    """The whole file."""
    source: Source
    """Where the manifest begins."""
    kind: Kind
    variables: Variables


def read_spec(manifest: WrittenManifest) -> Mapping[str, Any]:
    """The spec as it is written except for the values of variables."""
    source = manifest.source
    for document in read_yaml(manifest.text, source.file).documents:
        substitute(document, manifest.variables)
        if document.places.begins == (source.line, source.column) and isinstance(document.value, dict):
            spec = document.value.get("spec")
            if isinstance(spec, dict):
                return spec
    raise AcceptError(
        f"{source}: the manifest is no longer there", "The file may have been changed in the meantime. Try again."
    )


def edit_text(manifest: WrittenManifest, wanted: Sequence[Wanted], normal: Callable[[Ref], Ref]) -> str:
    """The text of the file with the desired values in the manifest. Only the lines of those values differ.

    `normal` gives references one form. Raises AcceptError where the text is written in a way that cannot be edited.
    """
    spec, text, source = read_spec(manifest), manifest.text, manifest.source
    # One kind of line break while it is worked on; a text that mixes them keeps them, and gets new lines with the plain one.
    has_crlf = "\r\n" in text and "\n" not in text.replace("\r\n", "")
    plain = text.replace("\r\n", "\n") if has_crlf else text
    has_end = plain.endswith("\n")
    plain = plain if has_end else f"{plain}\n"
    node = _spec_node(plain, source)
    order = [part.name for part in manifest.kind.spec.parts]
    splices: list[Splice] = []
    for want in wanted:

        def canonical(codec: Codec, value: Any, want: Wanted = want) -> Canonical:
            return codec.map_refs(codec.desired(value, Scope(want.zone), ()), normal)

        merge = Merge(plain, canonical)
        merge.set_member(node, want, spec, order)
        splices += merge.splices
    _check_anchors(plain, splices)
    edited = apply_splices(plain, splices)
    _check_variables(plain, edited, source)
    edited = edited if has_end else edited.removesuffix("\n")
    return edited.replace("\n", "\r\n") if has_crlf else edited


def _check_variables(before: str, after: str, source: Source) -> None:
    """A value that differs between workspaces must not become the same for all. Raises AcceptError."""
    lost = Counter(_VARIABLE.findall(before)) - Counter(_VARIABLE.findall(after))
    if lost:
        name = min(lost)
        hint = f"Change the variable in pdsync.yaml, or write the value into {source} by hand."
        raise AcceptError(f"the value comes from the variable {name!r}", hint)


def _check_anchors(text: str, splices: Sequence[Splice]) -> None:
    """A value that other places share must not be changed for them. Raises AcceptError."""
    for root in read_nodes(text):
        nodes = list(root.walk())
        shared = {node.anchor: node.line + 1 for node in nodes if node.form == "alias"}
        for node in nodes:
            if node.form == "alias" or node.anchor not in shared:
                continue
            lost = [s for s in splices if s.start < node.end and node.start < s.end and f"&{node.anchor}" not in s.text]
            if any(splice.start <= node.start for splice in lost):
                raise AcceptError(
                    f"the value on line {node.line + 1} is shared by its anchor &{node.anchor} with line {shared[node.anchor]}",
                    "Write the value out in each place, and try again.",
                )


def _spec_node(text: str, source: Source) -> Node:
    for root in read_nodes(text):
        if (root.line + 1, root.column + 1) == (source.line, source.column):
            pair = root.get("spec")
            if pair is not None and pair[1].form == "mapping":
                return pair[1]
    raise AcceptError(f"{source}: its spec is an alias", "Write the spec out, and try again.")
