"""Secrets: values that a manifest names by a variable or a file. No plan contains them, and PagerDuty shows few of them. Pure, except for the
question whether this process has them.

So a plan says what an apply must have in its environment, what was not compared, and what no plan can notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pdsync.model.codec.secret_text import LACKS, SOURCE, TAKEN, missing_in, render_references
from pdsync.plan.change import Change, Operation
from pdsync.plan.checks.check import ChangeNote, Check, Finding, Note, PlanContext, kind_of
from pdsync.plan.pairing.pair import Pair
from pdsync.plan.pairing.seal import find_changed_secrets, find_sealed_texts, find_unproven_secrets

_NAMED = 5
"""How many objects a note names."""


class Secrets(Check):
    """Says which secrets an apply needs and this environment lacks. A plan is often made where secrets are out of reach."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for change in context.changes.values():
            values = {**change.values, **change.followup}
            written = {delta.field for delta in change.deltas}
            for name, codec in kind_of(change).open_fields.items():
                named = codec.references(values[name]) if name in written and name in values else ()
                missing = [reference for it in named for reference, _ in missing_in(str(it))]
                if missing:
                    needs = render_references(missing)
                    yield ChangeNote(change.address, f"{name}: apply needs {needs} in its environment, and {LACKS} it")


class SealedSecrets(Check):
    """Shows which secrets changed that PagerDuty never shows, which were not compared, and which no plan compares."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        sealed = {
            address: texts
            for address, pair in context.paired.pairs.items()
            if pair.live is not None and (texts := find_sealed_texts(pair.kind, pair.written))
        }
        for pair, change in context.drafted:
            if change.address in sealed:
                yield from _find_changed(pair)
                yield from _find_unproven(pair, change)
        unrecorded = [address for address in sealed if context.paired.pairs[address].kind.marker_line is None]
        if unrecorded:
            yield Note(
                f"{_some(unrecorded)}: PagerDuty does not show the secrets, and there is no record of them, so a changed one is not "
                "noticed. To send them again, add --send-secrets KIND/NAME"
            )
        recorded = [address for address in sealed if address not in unrecorded]
        if recorded:
            yield from _find_uncompared({address: sealed[address] for address in recorded})


def _find_changed(pair: Pair) -> Iterator[Finding]:
    fields = pair.kind.map_fields(pair.written, pair.refs.was_field)
    for name, path in sorted(find_changed_secrets(pair.kind, fields, pair.last)):
        shown = pair.kind.open_fields[name].shown_path(path)
        yield ChangeNote(pair.resource.address, f"{name}{shown}: its value is another one than was applied")


def _find_unproven(pair: Pair, change: Change) -> Iterator[Finding]:
    """Secrets whose present value is recorded, and not sent: PagerDuty may have another one."""
    if pair.kind.marker_line is None or change.operation is not Operation.UPDATE:
        return
    sent = {delta.field for delta in change.deltas}
    fields = pair.kind.map_fields(pair.written, pair.refs.was_field)
    found = sorted(it for it in find_unproven_secrets(pair.kind, fields, pair.last) if it[0] not in sent)
    if found:
        named = ", ".join(f"{name}{pair.kind.open_fields[name].shown_path(path)}" for name, path in found)
        yield ChangeNote(
            change.address,
            f"{named}: the present value {TAKEN}, and was not compared. If it changed before, add --send-secrets {change.address}",
        )


def _find_uncompared(sealed: dict[str, list[tuple[str, str]]]) -> Iterator[Finding]:
    """What is not compared of objects that have a record."""
    if SOURCE.key() is None:
        named = SOURCE.key_variable
        why = (
            f"{LACKS} {named}, which secrets.fingerprint_key names"
            if named
            else "pdsync.yaml has no secrets.fingerprint_key"
        )
        yield Note(f"{_some(sealed)}: {why}, so a changed value of a secret is not noticed")
        return
    missing = [reference for texts in sealed.values() for _, text in texts for reference, _ in missing_in(text)]
    if missing:
        yield Note(f"not compared, because {LACKS} their values: {render_references(missing)}")


def _some(addresses: Iterable[str]) -> str:
    named = sorted(addresses)
    more = len(named) - _NAMED
    return ", ".join(named[:_NAMED]) + (f" and {more} more" if more > 0 else "")
