"""Parts of open fields that the manifest named and no longer names. No default is known of them, so they stay. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.model.last_applied import key_hash
from pdsync.plan.change import Unmanaged
from pdsync.plan.pairing.open_field import parts_on_record
from pdsync.plan.pairing.pair import Pair
from pdsync.plan.pairing.removed_field import KEEP, NO_DEFAULT


def find_dropped_parts(pair: Pair, *, keep: bool) -> Iterator[Unmanaged]:
    """The parts that the manifest named, that it no longer names, and that stay. `keep` says that nothing is reset at all."""
    for name, codec in pair.kind.open_fields.items():
        on_record = parts_on_record(name, pair.last)
        if not on_record or name not in pair.written or name not in pair.fields:
            continue
        named = codec.parts(pair.written[name]).keys()
        for path in codec.parts(pair.fields[name]):
            if path not in named and key_hash(path) in on_record:
                yield Unmanaged(f"{name}{codec.shown_path(path)}", None, KEEP if keep else NO_DEFAULT)
