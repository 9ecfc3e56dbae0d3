"""Field options: what happens to values when the options that they name change. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pdsync.model import Canonical
from pdsync.model.codec.custom_field import find_renamed
from pdsync.model.fact import OptionFact
from pdsync.plan.change import Change, ChildOperation
from pdsync.plan.checks.check import Blocker, ChangeNote, Check, Finding, PlanContext
from pdsync.plan.pairing.pair import Pair
from pdsync.plan.risk import VALUES_LOST, Risk


class FieldOptions(Check):
    """Says which options get another text, and which go with the values that name them. Blocks options without the default."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for pair, change in context.drafted:
            for fact in pair.kind.facts.options if pair.live is not None else ():
                for path, before, after in _changed(fact, pair, change):
                    yield from _judge(fact, change.address, path, before, after)
                if fact.default:
                    yield from _find_lost_defaults(fact, pair, change)


def _find_lost_defaults(fact: OptionFact, pair: Pair, change: Change) -> Iterator[Finding]:
    """Defaults that stay, because the manifest does not name a default, but that are no longer an option. PagerDuty then refuses the options."""
    held = {item.id: item.value for item in pair.children_before.get(fact.part, ())}
    for child in change.children:
        was = held.get(child.id or "")
        if child.list_name != fact.part or child.operation is not ChildOperation.UPDATE or was is None:
            continue
        default, options = child.values.get(fact.default, was.get(fact.default)), child.values.get(fact.member)
        gone = [it for it in (default if isinstance(default, list) else [default]) if it not in (options or ())]
        if options and default is not None and gone:
            path = f"{fact.part}[{child.label}].{fact.default}"
            yield Blocker(
                change.address,
                f"{path}: {gone[0]!r} is the default, but it is no longer an option: choose another default",
            )


def _changed(fact: OptionFact, pair: Pair, change: Change) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
    """The path of each list of options that the change writes, with its texts before and after."""
    if not fact.member:
        if fact.part in change.values:
            yield fact.part, pair.before.get(fact.part) or (), change.values[fact.part] or ()
        return
    held: Mapping[str, Mapping[str, Canonical]] = {
        item.id: item.value for item in pair.children_before.get(fact.part, ())
    }
    for child in change.children:
        was = held.get(child.id or "")
        if child.list_name == fact.part and child.operation is ChildOperation.UPDATE and was is not None:
            before = was.get(fact.member) or ()
            yield f"{fact.part}[{child.label}].{fact.member}", before, child.values.get(fact.member) or ()


def _judge(fact: OptionFact, address: str, path: str, before: Sequence[str], after: Sequence[str]) -> Iterator[Finding]:
    renamed = find_renamed(before, after)
    if renamed is not None:
        old, new = renamed
        text = f"{path}: {old!r} becomes {new!r} and stays the same option, so the {fact.carriers} that have it show {new!r}"
        yield ChangeNote(address, text)
        return
    gone = [repr(it) for it in before if it not in after]
    if gone:
        verb = "goes" if len(gone) == 1 else "go"
        yield Risk(
            VALUES_LOST, address, f"{path}: {', '.join(gone)} {verb}, and {fact.carriers} lose the values that name it"
        )
