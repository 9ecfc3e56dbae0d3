"""Documents of the account: each costs a request, so only those are read that a manifest names or a command asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor

from pdsync.account.extent import Extent
from pdsync.client import HttpError, RestApiV2Client
from pdsync.model import Kind, LiveObject, Ref, Resource
from pdsync.model.name import fold_name

_NOT_FOUND = 404


def fetch_documents(
    client: RestApiV2Client, kind: Kind, parents: Sequence[LiveObject], extent: Extent, pages: Executor
) -> tuple[LiveObject, ...]:
    """The documents of the parents that the manifests of `extent` refer to, and of those that it chooses."""
    wanted = list(_choose_parents(kind, parents, extent))
    answers = {parent.id: pages.submit(client.rget, kind.path_of(parent.id)) for parent in wanted}
    found = []
    try:
        for identity, answer in sorted(answers.items()):
            try:
                found.append(kind.read_live(kind.complete_answer(answer.result(), identity)))
            except HttpError as error:
                if error.status != _NOT_FOUND:  # deleted since its listing was read
                    raise
    finally:
        for answer in answers.values():
            answer.cancel()
    return tuple(found)


def _choose_parents(kind: Kind, parents: Sequence[LiveObject], extent: Extent) -> Iterator[LiveObject]:
    assert kind.document is not None
    refs = {
        ref
        for resource in extent.resources
        if resource.kind == kind.slug and isinstance(ref := resource.fields.get(kind.document.parent), Ref)
    }
    manifests = {resource.key: resource for resource in extent.resources if resource.kind == kind.parent_kind}
    for parent in parents:
        if extent.also(parent.raw) or any(_may_mean(ref, parent, manifests.get(ref.value)) for ref in refs):
            yield parent


def _may_mean(ref: Ref, parent: LiveObject, manifest: Resource | None) -> bool:
    """Whether a reference may lead to the object. What pairing decides later is among these."""
    if ref.by == "id":
        return ref.value == parent.id
    if ref.by != "key":
        return fold_name(ref.value) in (fold_name(parent.name), fold_name(str(parent.fields.get(ref.by))))
    if manifest is None:
        return False
    keys = (manifest.key, *manifest.lifecycle.moved_from)
    marked = parent.marker is not None and parent.marker.key in keys
    return marked or manifest.id == parent.id or fold_name(manifest.name) == fold_name(parent.name)
