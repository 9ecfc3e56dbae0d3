"""Seals: the record of the values of secrets, which no answer shows, in an ownership line. Pure, except for the values themselves.

Terms. The *key of fingerprints* is in the environment variable that ``secrets.fingerprint_key`` of pdsync.yaml names. A *seal* is an HMAC of a
secret's value under that key, short. The *id of a key* says under which key seals were made, and nothing of the key. A seal that
was made under the same key and is another one means that the value changed; under another key it means nothing. Without the key no one
can test a guess of the value against a seal.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from msgspec.structs import replace as replace_form

from pdsync.kinds import BY_SLUG
from pdsync.model import Canonical, Kind, split_marker
from pdsync.model.codec.secret_text import LACKS, SOURCE, TAKEN, known_value, references_in
from pdsync.model.last_applied import (
    AppliedItem,
    AppliedList,
    LastApplied,
    key_hash,
    name_hash,
    parse_last_applied,
    value_hash,
)
from pdsync.plan.change import MARKER_BEFORE, Change
from pdsync.plan.pairing.open_field import SEALS, parts_on_record

_KEY_ID: Final = key_hash("the id of the key")
_LENGTH = 6


def record_seals(kind: Kind, fields: Mapping[str, Canonical], last: LastApplied | None) -> AppliedList | None:
    """The seals for the record; None where there are none. A seal of before stays where its text is the same and its value is not known
    now."""
    key = SOURCE.key()
    before, id_before = _seals_on_record(last)
    texts = list(_sealed_texts(kind, fields))
    seals = {}
    for place, path, text in texts if key is not None else ():
        value = known_value(text)
        if key is not None and value is not None:
            seals[place] = _seal_of(key, kind, path, value)
    key_id = _id_of(key) if key is not None and seals else id_before
    for place, (name, part), text in texts if key_id == id_before else ():
        if place in before and parts_on_record(name, last).get(key_hash(part)) == value_hash(text):
            seals.setdefault(place, before[place])
    if not seals:
        return None
    items = [AppliedItem(place, 0, seal, is_added=True) for place, seal in {**seals, _KEY_ID: key_id}.items()]
    return AppliedList(is_exclusive=False, items=tuple(sorted(items)))


def find_changed_secrets(
    kind: Kind, fields: Mapping[str, Canonical], last: LastApplied | None
) -> frozenset[tuple[str, str]]:
    """The secrets whose value is another one than was applied: the name of the field and the path of the part. `fields` are as the record
    holds them."""
    before, id_before = _seals_on_record(last)
    key = SOURCE.key() if before else None
    if key is None or _id_of(key) != id_before:
        return frozenset()
    return frozenset(
        path
        for place, path, text in _sealed_texts(kind, fields)
        if place in before
        and (value := known_value(text)) is not None
        and before[place] != _seal_of(key, kind, path, value)
    )


def find_unproven_secrets(
    kind: Kind, fields: Mapping[str, Canonical], last: LastApplied | None
) -> frozenset[tuple[str, str]]:
    """The secrets of which the record gets a seal although there was none under this key: the name of the field and the path of the part.
    Whether PagerDuty has these very values is not known. `fields` are as the record holds them."""
    key = SOURCE.key()
    if key is None:
        return frozenset()
    before, id_before = _seals_on_record(last)
    return frozenset(
        path
        for place, path, text in _sealed_texts(kind, fields)
        if not (place in before and id_before == _id_of(key)) and known_value(text) is not None
    )


def unsealed(change: Change) -> Change:
    """The change without seals in its ownership line, and without notes about this run: what a plan does is the same with secrets at hand
    and without them."""
    if any(map(_is_of_run, change.notes)):
        change = replace_form(change, notes=without_notes_of_run(change.notes))
    line = change.marker
    if line is None or not any(it.SEALED for it in BY_SLUG[change.kind].open_fields.values()):
        return change
    return replace_form(change, marker=_unsealed_line(line))


def _unsealed_line(line: str) -> str:
    marker = split_marker(line)[1]
    record = parse_last_applied(marker)
    if marker is None or record is None or record.of_list(SEALS) is None:
        return line
    return str(marker.with_record(_unsealed(record).render(marker, len(marker.applied))))


def _unsealed(record: LastApplied) -> LastApplied:
    return replace(record, lists={name: held for name, held in record.lists.items() if name != name_hash(SEALS)})


def without_seals(changes: Sequence[Change]) -> tuple[Change, ...]:
    """The changes without seals, and without those that write nothing else: a run without the key or the values does not have them."""
    left = tuple(it for it in changes if not _only_seals(it))
    if len(left) == len(changes):
        return tuple(map(unsealed, changes))
    gone = {change.address for change in changes} - {change.address for change in left}
    return tuple(
        replace_form(unsealed(it), waits_for=tuple(at for at in it.waits_for if at not in gone)) for it in left
    )


def _only_seals(change: Change) -> bool:
    before = change.before.get(MARKER_BEFORE)
    if not change.is_renewal or change.marker is None or not isinstance(before, str):
        return False
    if not any(it.SEALED for it in BY_SLUG[change.kind].open_fields.values()):
        return False
    now, then = split_marker(change.marker)[1], split_marker(before)[1]
    wanted, held = parse_last_applied(now), parse_last_applied(then)
    if now is None or then is None or wanted is None or held is None:
        return False
    return now.says_the_same(then) and _unsealed(wanted).agrees_with(_unsealed(held))


def without_notes_of_run(notes: Sequence[str]) -> tuple[str, ...]:
    """The notes without those about the run that made the plan."""
    return tuple(note for note in notes if not _is_of_run(note))


def _is_of_run(note: str) -> bool:
    return LACKS in note or TAKEN in note


def find_sealed_texts(kind: Kind, fields: Mapping[str, Canonical]) -> list[tuple[str, str]]:
    """The texts that name secrets which no answer shows, each with where it is, as it is shown to a reader."""
    return [
        (f"{name}{kind.open_fields[name].shown_path(path)}", text)
        for _, (name, path), text in _sealed_texts(kind, fields)
    ]


def _seals_on_record(last: LastApplied | None) -> tuple[dict[str, str], str]:
    """The seals by place, and the id of their key."""
    held = last.of_list(SEALS) if last is not None else None
    seals = {item.key: item.value for item in held.items or ()} if held is not None else {}
    return seals, seals.pop(_KEY_ID, "")


def _sealed_texts(kind: Kind, fields: Mapping[str, Canonical]) -> Iterator[tuple[str, tuple[str, str], str]]:
    """The texts that name secrets: the place in the record, the name of the field with the path of the part, and the text."""
    for name, codec in kind.open_fields.items():
        if codec.SEALED and name in fields:
            for path, text in codec.parts(fields[name]).items():
                if isinstance(text, str) and references_in(text):
                    yield key_hash(f"{name} {path}"), (name, path), text


def _id_of(key: bytes) -> str:
    return _seal(key, "the id of the key")


def _seal_of(key: bytes, kind: Kind, path: tuple[str, str], value: str) -> str:
    return _seal(key, f"{kind.slug}\n{path[0]}\n{path[1]}\n{value}")


def _seal(key: bytes, said: str) -> str:
    digest = hmac.new(key, said.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
    return urlsafe_b64encode(digest).decode()[:_LENGTH]
