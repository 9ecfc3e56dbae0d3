"""Documents without a manifest that hand something over to objects that a plan deletes, as a router does with events.

Nothing else reads them. PagerDuty keeps such a document as it is, and what it hands over is lost.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from pdsync.account.document import fetch_documents
from pdsync.client import RestApiV2Client
from pdsync.kinds import KINDS
from pdsync.model import Account, Kind, ListPlace, LiveObject, Mention


def find_handed_over(client: RestApiV2Client, account: Account, kind: Kind, ids: Collection[str]) -> Iterator[Mention]:
    """What is handed over to the objects of these ids by documents that were not read for a manifest."""
    places = [
        ListPlace(owner.slug, live.id, name)
        for owner in KINDS
        for name, document in owner.documents.items()
        if document.leads_to == kind.slug
        for live in account.objects.get(owner.slug, ())
        if name not in live.fields
    ]
    read = fetch_documents(client, account, places)
    for place in places:
        live = read.find(place.kind, place.id)
        assert live is not None
        for identity in sorted(_targets(live, place.list_name, kind) & set(ids)):
            says = f"the {place.list_name} of {_noun(place.kind)} {live.name!r} sends events to it, and those would be lost"
            yield Mention(kind.slug, identity, says)


def _targets(live: LiveObject, name: str, kind: Kind) -> set[str]:
    declared = next(it for it in KINDS if it.slug == live.kind).fields_by_name[name]
    refs = declared.codec.refs_in(live.fields[name]) if name in live.fields else ()
    return {ref.value for ref in refs if ref.kind == kind.slug and ref.by == "id"}


def _noun(slug: str) -> str:
    return slug.replace("_", " ")
