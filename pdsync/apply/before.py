"""Keeps in the journal what each write overwrites or deletes: the object as it was read just before, without credentials.

The re-read before a write has the body already, so this costs no request. Anyone who reads a journal learns what the account
held, but no secrets: keys, tokens and private addresses are removed by the names of their members, and inputs of
workflows by their type. A document that holds any of that is left out as a whole.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from threading import Lock
from typing import Any

from pdsync.apply.identity import Identities
from pdsync.apply.wire import Wire
from pdsync.kinds import BY_SLUG
from pdsync.model import Ref
from pdsync.plan import Change
from pdsync.plan.before import EVENT, before_of

_SECRET = re.compile(r"key|token|secret|passw|credential|signature|authorization", re.IGNORECASE)
_ADDRESS = re.compile(r"ur[li]$", re.IGNORECASE)
"""An address may be private, such as the address of a calendar or a webhook: anyone who knows it needs no password."""
_PUBLIC = "html_url"
_TYPES = ("parameter_type", "type")
"""Members that mark the value next to them as a secret, as in an input of a workflow's step."""
_LARGEST = 1_000_000
"""Characters of one body. The largest objects that PagerDuty allows have some hundred thousand."""
_LARGEST_RUN = 100_000_000
"""Characters of all bodies of a run: ten thousand objects of common size, several times over."""


class BeforeRecorder:
    """Shared by all workers."""

    def __init__(self, wire: Wire, identities: Identities) -> None:
        self._wire = wire
        self._identities = identities
        self._lock = Lock()
        self._room = _LARGEST_RUN

    def record(self, change: Change, answer: Mapping[str, Any]) -> None:
        """Writes the object to the journal, just before it is changed. A body that does not fit is left out."""
        kind = BY_SLUG[change.kind]
        known = frozenset(declared.name for declared in kind.fields if not declared.codec.has_secrets())
        body = without_credentials(answer, known)
        for name in kind.documents.keys() & answer.keys():
            if body.get(name) != answer[name]:
                del body[name]  # to put back a part of a document would take the rest away
        size = len(json.dumps(body, ensure_ascii=False))
        with self._lock:
            fits = size <= min(_LARGEST, self._room)
            self._room -= size if fits else 0
        self._wire.tell(EVENT, **before_of(change, body if fits else None, self._by_id).to_json())

    def _by_id(self, ref: Ref) -> Ref:
        identity = self._identities.id_of(ref)
        return Ref(ref.kind, "id", identity) if identity else ref


def without_credentials(value: Any, known: frozenset[str] = frozenset()) -> Any:
    """An answer without the members that are named like a credential or a private address, and without the values whose type is one.
    `known` are members at the top that a manifest may hold."""
    if isinstance(value, Mapping):
        is_secret = any(_SECRET.search(str(value.get(name) or "")) for name in _TYPES)
        return {
            name: without_credentials(inner)
            for name, inner in value.items()
            if not _SECRET.search(name)
            and (name in known or name == _PUBLIC or not _ADDRESS.search(name))
            and not (is_secret and name == "value")
        }
    return [without_credentials(item) for item in value] if isinstance(value, list) else value
