"""What someone does to an account by hand: any field, any child item, any object of any kind, drawn from the samples."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import count
from random import Random
from typing import Any

from pdsync.client import entity_wrappers
from pdsync.kinds import BY_SLUG
from pdsync.model import Account, Canonical, ChildList, Field, Kind, LiveObject, Ref, Scope, join_marker
from pdsync.sandbox import SandboxServer
from tests.support.samples import samples


class HandEditor:
    """Edits objects of one workspace. What PagerDuty refuses is as if no one had tried."""

    def __init__(self, server: SandboxServer, workspace: str) -> None:
        self._server = server
        self._workspace = workspace
        self._numbers = count(1)

    def edit(self, account: Account, named: Mapping[str, frozenset[str]], random: Random) -> str:
        """Does one thing to one object, and says what; empty where it was refused. `named` holds by address what manifests say:
        a reference in a field that none of them describes would stay for ever, and hold what it leads to."""
        objects = self.objects(account, named)
        if not objects:
            return ""
        address = random.choice(sorted(objects))
        live = objects[address]
        kind = BY_SLUG[live.kind]
        parts = [*kind.fields, *(child for child in kind.children if child.name in live.children), None]
        part = random.choice(parts)
        if part is None:
            what = self._send("DELETE", kind.path_of(live.id), None)
        elif isinstance(part, ChildList):
            what = self._edit_children(live, part, account, random, may_refer=part.name in named[address])
        else:
            what = self._edit_field(live, part.name, account, random, may_refer=part.name in named[address])
        return f"{address}: {what}" if what else ""

    def objects(self, account: Account, addresses: Mapping[str, Any]) -> dict[str, LiveObject]:
        """What belongs to the workspace, by address."""
        found = {}
        for group in account.objects.values():
            for live in group:
                if live.marker is not None and live.marker.workspace == self._workspace:
                    found[f"{live.kind}/{live.marker.key}"] = live
                elif live.kind == "user" and f"user/{str(live.fields['email']).partition('@')[0]}" in addresses:
                    found[f"user/{str(live.fields['email']).partition('@')[0]}"] = live
        return {address: live for address, live in found.items() if address in addresses}

    def unmark(self, live: LiveObject) -> str:
        """Takes the ownership line out of the description."""
        kind = BY_SLUG[live.kind]
        values: dict[str, Canonical] = {part: live.fields.get(part) for part in kind.together({"description"})}
        body = kind.to_body(values, _reference, live, datetime.now(UTC))
        body["description"] = live.fields.get("description") or ""
        return self._send_object(kind, live, body)

    def _edit_field(self, live: LiveObject, name: str, account: Account, random: Random, *, may_refer: bool) -> str:
        kind = BY_SLUG[live.kind]
        declared = kind.field(name)
        assert declared is not None
        value = random.choice(samples(declared.codec))
        if name in kind.identity and name != kind.label:
            return ""  # someone of another address is someone else, and whoever has their name then is in the way
        if name == kind.label:
            value = f"By hand {next(self._numbers)}"
        canonical = declared.codec.desired(value, Scope(), ())
        try:
            canonical = declared.codec.map_refs(canonical, _Resolver(account, self._workspace, may_refer))
        except LookupError:
            return ""
        what = f"{name} = {value!r}"
        if declared.document is not None:
            return self._edit_document(live, declared, canonical, what)
        values: dict[str, Canonical] = {part: live.fields.get(part) for part in kind.together({name})}
        body = kind.to_body({**values, name: canonical}, _reference, live, datetime.now(UTC))
        if "description" in body and live.marker is not None:
            body["description"] = join_marker(body["description"], live.marker)
        return self._send_object(kind, live, body, what)

    def _send_object(self, kind: Kind, live: LiveObject, body: Any, what: str = "") -> str:
        path = kind.path_of(live.id)
        return self._send("PUT", path, {entity_wrappers("PUT", f"/{path}")[0]: body}, what)

    def _edit_document(self, live: LiveObject, declared: Field, canonical: Canonical, what: str) -> str:
        document = declared.document
        if document is None or declared.name not in live.documents:
            return ""
        path = (document.write_path or document.path).format(parent=live.id)
        sent = declared.codec.to_api(canonical, _reference)
        return self._send("PUT", path, document.body(sent, live.documents[declared.name].answer), what)

    def _edit_children(
        self, live: LiveObject, child: ChildList, account: Account, random: Random, *, may_refer: bool
    ) -> str:
        items = live.children[child.name]
        if items and random.random() < 0.5:
            chosen = random.choice(items)
            if child.is_written_together:
                return self._send(*_together(child, live, chosen.value, chosen.id), f"{child.name} -")
            return self._send("DELETE", child.member.format(parent=live.id, id=chosen.id), None)
        value = random.choice(samples(child.item))
        canonical = child.item.desired(value, Scope(), ())
        try:
            canonical = child.item.map_refs(canonical, _Resolver(account, self._workspace, may_refer))
        except LookupError:
            return ""
        what = f"{child.name} + {value!r}"
        if child.is_written_together:
            return self._send(*_together(child, live, canonical), what)
        if child.added_by == "PUT":
            role = {"role": canonical["role"]} if "role" in canonical else {}
            path = child.member.format(parent=live.id, id=canonical["user"].value)
            return self._send("PUT", path, role, what)
        body = {**child.item.to_api(canonical, _reference), **(child.constant or {})}
        path = child.collection.format(parent=live.id)
        wrapped = {child.wrapper: body} if child.wrapper else body
        return self._send("POST", path, wrapped, what)

    def _send(self, method: str, path: str, body: Any, what: str = "") -> str:
        try:
            self._server.control.edit(method, f"/{path}", body)
        except ValueError:
            return ""
        return f"{method} {path} {what}".rstrip()


class _Resolver:
    """References by key as ids of the account. Raises LookupError for what is not there, or may not be referred to."""

    def __init__(self, account: Account, workspace: str, may_refer: bool) -> None:
        self._account, self._workspace, self._may_refer = account, workspace, may_refer

    def __call__(self, ref: Ref) -> Ref:
        if ref.by == "id":
            return ref
        if not self._may_refer:
            raise LookupError(ref)
        for live in self._account.objects.get(ref.kind, ()):
            mine = live.marker is not None and (live.marker.workspace, live.marker.key) == (self._workspace, ref.value)
            if mine or (live.kind == "user" and live.fields["email"] == f"{ref.value}@example.com"):
                return Ref(ref.kind, "id", live.id)
        raise LookupError(ref)


def _reference(ref: Ref) -> dict[str, Any]:
    return {"id": ref.value, "type": f"{ref.kind}_reference"}


def _together(
    child: ChildList, live: LiveObject, value: Mapping[str, Canonical], gone: str = ""
) -> tuple[str, str, dict[str, Any]]:
    """The request that adds an item, or takes away the one of the id `gone`, where one request does it for several."""
    item = child.item.to_api(value, _reference)
    if child.by_name is not None:
        added, removed = ([], [gone]) if gone else ([item], [])
        return "POST", f"{child.by_name.path.format(parent=live.id)}", child.by_name.body(added, removed)
    assert child.pairs is not None
    pair = child.pairs.pair_of(_reference(Ref(live.kind, "id", live.id)), item)
    return "POST", child.pairs.remove if gone else child.pairs.add, {child.pairs.wrapper: [pair]}
