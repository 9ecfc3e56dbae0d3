"""Writes child lists: contact methods, notification rules, members, integrations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pdsync.apply.identity import Identities, UnresolvedError
from pdsync.apply.reader import body_of
from pdsync.client import HttpError, RestApiV2Client, successful_response
from pdsync.kinds import BY_SLUG, Canonical, ChildList, LiveObject, Ref
from pdsync.kinds.contact_method import method_name
from pdsync.plan import ChildChange, ChildOperation

_NOT_FOUND = 404


class ChildWriter:
    """Carries out the child changes of one object, adds first and removals last."""

    def __init__(self, client: RestApiV2Client, identities: Identities, live: LiveObject) -> None:
        self._client = client
        self._identities = identities
        self._live = live
        self._methods = {method_name(child.value): child.id for child in live.children.get("contact_methods", ())}

    def write(self, changes: Sequence[ChildChange]) -> None:
        """Writes all of them. Raises what the client raises at the first that fails."""
        kind = BY_SLUG[self._live.kind]
        order = {child.name: at for at, child in enumerate(kind.children)}
        forward = [change for change in changes if change.operation is not ChildOperation.REMOVE]
        removals = [change for change in changes if change.operation is ChildOperation.REMOVE]
        # A rule needs its contact method: methods come first, and go last.
        for change in sorted(forward, key=lambda change: order[change.list_name]):
            self._put(change)
        for change in sorted(removals, key=lambda change: -order[change.list_name]):
            self._remove(change)

    def _declared(self, change: ChildChange) -> ChildList:
        declared = BY_SLUG[self._live.kind].child(change.list_name)
        assert declared is not None
        return declared

    def _put(self, change: ChildChange) -> None:
        declared = self._declared(change)
        if declared.by_put:
            user = self._identities.to_request(change.values["user"])["id"]
            role = {"role": change.values["role"]} if "role" in change.values else {}
            successful_response(self._client.put(declared.member.format(parent=self._live.id, id=user), json=role))
            return
        body = self._body(declared, change.values)
        if change.operation is ChildOperation.ADD:
            made = body_of(self._client.rpost(declared.collection.format(parent=self._live.id), json=body))
            if declared.name == "contact_methods":
                self._methods[method_name(change.values)] = str(made.get("id"))
        else:
            # An echoed vendor may rotate the routing key, and it cannot change anyway: it is part of the natural key.
            body.pop("vendor", None)
            self._client.rput(declared.member.format(parent=self._live.id, id=change.id), json=body)

    def _body(self, declared: ChildList, values: Mapping[str, Canonical]) -> dict[str, Any]:
        body = dict(declared.item.to_api(values, self._refer))
        if declared.name == "contact_methods":
            body.setdefault("label", str(values.get("type", "")).partition("_")[0].capitalize())
        return {**body, **(declared.constant or {})}

    def _refer(self, ref: Ref) -> dict[str, Any]:
        if ref.kind != "contact_method":
            return self._identities.to_request(ref)
        method = self._methods.get(ref.value)
        if method is None:
            raise UnresolvedError(f"the user has no contact method {ref.value!r}; add it to contact_methods")
        return {"id": method, "type": f"{ref.value.partition(' ')[0]}_reference"}

    def _remove(self, change: ChildChange) -> None:
        declared = self._declared(change)
        try:
            self._client.rdelete(declared.member.format(parent=self._live.id, id=change.id))
        except HttpError as error:
            if error.status != _NOT_FOUND:  # removing a contact method removes its rules with it
                raise
