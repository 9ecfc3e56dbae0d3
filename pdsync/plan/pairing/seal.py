"""Seals: what the record in an ownership line says of the values of secrets, which no answer shows. Pure but for the values themselves.

Terms. The *key of fingerprints* is in the environment variable that ``secrets.fingerprint_key`` of pdsync.yaml names. A *seal* is an HMAC of a
secret's value under that key, short. The *id of a key* says under which key seals were made, and nothing of the key. A seal that
was made under the same key and is another one means that the value changed; under another key it means nothing. Without the key no one
can test a guess of the value against a seal.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from typing import Final

from pdsync.model import Fields, Kind
from pdsync.model.codec.secret_text import SOURCE, known_value, references_in
from pdsync.model.last_applied import AppliedItem, AppliedList, LastApplied, key_hash, value_hash
from pdsync.plan.pairing.open_field import SEALS, parts_on_record

_KEY_ID: Final = key_hash("the id of the key")
_LENGTH = 6


def record_seals(kind: Kind, fields: Fields, last: LastApplied | None) -> AppliedList | None:
    """The seals for the record; None where there are none. A seal of before stays where its text is the same and its value is not known
    now."""
    key = SOURCE.key()
    before, id_before = _seals_on_record(last)
    key_id = _seal(key, "the id of the key") if key is not None else id_before
    seals = {}
    for place, path, text in _sealed_texts(kind, fields):
        value = known_value(text) if key is not None else None
        if key is not None and value is not None:
            seals[place] = _seal(key, f"{kind.slug}\n{path}\n{value}")
        elif place in before and key_id == id_before and _is_text_applied(last, path, text):
            seals[place] = before[place]
    if not seals:
        return None
    items = [AppliedItem(place, 0, seal, is_added=True) for place, seal in {**seals, _KEY_ID: key_id}.items()]
    return AppliedList(is_exclusive=False, items=tuple(sorted(items)))


def find_changed_secrets(kind: Kind, fields: Fields, last: LastApplied | None) -> frozenset[tuple[str, str]]:
    """The secrets whose value is another one than was applied: the name of the field and the path of the part. `fields` are as the record
    holds them."""
    before, id_before = _seals_on_record(last)
    key = SOURCE.key() if before else None
    if key is None or _seal(key, "the id of the key") != id_before:
        return frozenset()
    return frozenset(
        path
        for place, path, text in _sealed_texts(kind, fields)
        if place in before
        and (value := known_value(text)) is not None
        and before[place] != _seal(key, f"{kind.slug}\n{path}\n{value}")
    )


def has_sealed_fields(kind: Kind, fields: Fields) -> bool:
    """Whether the fields name a secret that no answer shows."""
    return any(True for _ in _sealed_texts(kind, fields))


def _seals_on_record(last: LastApplied | None) -> tuple[dict[str, str], str]:
    """The seals by place, and the id of their key."""
    held = last.of_list(SEALS) if last is not None else None
    seals = {item.key: item.value for item in held.items or ()} if held is not None else {}
    return seals, seals.pop(_KEY_ID, "")


def _sealed_texts(kind: Kind, fields: Fields) -> Iterator[tuple[str, tuple[str, str], str]]:
    """The texts that name secrets: the place in the record, the name of the field with the path of the part, and the text."""
    for name, codec in kind.open_fields.items():
        if codec.SEALED and name in fields:
            for path, text in codec.parts(fields[name]).items():
                if isinstance(text, str) and references_in(text):
                    yield key_hash(f"{name} {path}"), (name, path), text


def _is_text_applied(last: LastApplied | None, path: tuple[str, str], text: str) -> bool:
    return parts_on_record(path[0], last).get(key_hash(path[1])) == value_hash(text)


def _seal(key: bytes, said: str) -> str:
    digest = hmac.new(key, said.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
    return urlsafe_b64encode(digest).decode()[:_LENGTH]
