"""Parts of open fields that a plan has something to say about besides their values, and items of shared ones. Pure.

Parts that the manifest named and no longer names stay, because no default is known about them. An item of a shared field that no manifest
declares any more stays where it is not as pdsync wrote it.
"""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.model.codec.plain import MISSING
from pdsync.model.last_applied import key_hash, value_hash
from pdsync.plan.change import Unmanaged
from pdsync.plan.pairing.open_field import parts_on_record
from pdsync.plan.pairing.pair import Pair
from pdsync.plan.pairing.removed_field import EDITED, KEEP, NO_DEFAULT


def find_dropped_parts(pair: Pair, *, keep: bool) -> Iterator[Unmanaged]:
    """The parts that the manifest named, that it no longer names, and that stay. `keep` says that nothing is reset at all."""
    for name, codec in pair.kind.open_fields.items():
        on_record = parts_on_record(name, pair.last)
        if not on_record or name not in pair.written or name not in pair.fields:
            continue
        named = codec.parts(pair.written[name]).keys()
        why = KEEP if keep else NO_DEFAULT if codec.PART_DEFAULT is MISSING else EDITED
        for path, said in codec.parts(pair.fields[name]).items():
            is_taken_back = codec.PART_DEFAULT is not MISSING and said == codec.PART_DEFAULT
            if path not in named and key_hash(path) in on_record and not is_taken_back:
                yield Unmanaged(f"{name}{codec.shown_path(path)}", None, why)


def find_dropped_shared_items(pair: Pair) -> Iterator[Unmanaged]:
    """The items of shared fields that a manifest declared, that none declares any more, and that stay."""
    for name, undeclared in pair.undeclared.items():
        from pdsync.plan.pairing.shared_field import shared_codec

        codec = shared_codec(pair.kind, name)
        for key, why in undeclared.dropped.items():
            yield Unmanaged(f"{name}{codec.shown_path(key)}", None, why)


def find_unshown_parts(pair: Pair) -> Iterator[str]:
    """What a reviewer must know about parts that pdsync wrote and that PagerDuty does not show: which of them are sent because the
    manifest says something else now, and that some are lost because it no longer names them."""
    for name, codec in pair.kind.open_fields.items():
        on_record = parts_on_record(name, pair.last)
        # Where parts have a default, what is not shown has that.
        if not on_record or name not in pair.fields or codec.PART_DEFAULT is not MISSING:
            continue
        before, after = pair.before.get(name), pair.fields[name]
        shown, sent = codec.parts(before), codec.parts(after)
        for path in sent:
            if path not in shown and key_hash(path) in on_record:
                yield f"the value in PagerDuty is unknown, because PagerDuty never shows {name}{codec.shown_path(path)}"
        applied = pair.last.of_field(name) if pair.last is not None else None
        if applied is None or applied.stable != value_hash(codec.frame(before)):
            continue  # what is on record of other parts than there are now says nothing
        # A part of something that was renamed is sent under another path.
        kept = codec.parts(codec.narrowed(before, after))
        if lost := len(on_record.keys() - set(map(key_hash, (*shown, *sent, *kept)))):
            those, them = ("1 input", "it") if lost == 1 else (f"{lost} inputs", "them")
            yield f"{name}: this write loses {those} that PagerDuty does not show, because the manifest no longer names {them}"
