"""Unknown kinds, which PagerDuty refuses to list: what that means for the rest of a plan. Pure.

Nothing is said or done about the objects of such a kind. What they may refer to is not deleted, because it may still be in use. A kind
that many accounts lack holds nothing back: else nothing could be deleted in those.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass

from pdsync.kinds import BY_SLUG, KINDS
from pdsync.model import Account, Kind
from pdsync.model.address import without_step
from pdsync.model.codec.reference import Reference
from pdsync.plan.diff.pending_delete import PendingDelete
from pdsync.plan.pairing.match import PlanProblem

_HINT = "Use an account and a token that can read them, or remove the manifest."


def find_notes(account: Account) -> Iterator[str]:
    """What a reviewer must know about each kind that cannot be read."""
    for slug in sorted(account.unknown):
        if slug not in BY_SLUG or _is_often_lacking(BY_SLUG[slug]):
            continue  # a look-up table, or what many plans lack: only a manifest needs it, and then there is a problem
        yield f"{account.refusal_of(slug, BY_SLUG[slug].nouns)}: they are unknown, so none of them is compared or deleted"


def _is_often_lacking(kind: Kind) -> bool:
    return kind.source.may_be_refused


def keep_referable(
    pending: Sequence[PendingDelete], account: Account
) -> tuple[list[PendingDelete], list[str], list[PlanProblem]]:
    """The deletes of what no unknown object can refer to. For the others a prune is a note, and a tombstone is a problem."""
    kept, notes, problems = [], [], []
    for each in pending:
        users = find_users(each.live.kind, account.unknown, account.lacking if each.tombstone is not None else ())
        if not users:
            kept.append(each)
            continue
        nouns = " and ".join(kind.nouns for kind in users)
        message = (
            f"{nouns} cannot be read, so it is unknown whether any of them uses it: {account.unknown[users[0].slug]}"
        )
        if each.tombstone is None:
            notes.append(f"{without_step(each.address)} ({each.live.name!r}, {each.live.id}) stays: {message}")
        else:
            problems.append(PlanProblem(each.address, str(each.tombstone.source), message, _HINT))
    return kept, notes, problems


def find_users(slug: str, unknown: Mapping[str, str], lacking: Collection[str] = ()) -> list[Kind]:
    """The unknown kinds that may refer to a kind. The account holds none of those that it is `lacking`."""
    return [
        it
        for it in KINDS
        if it.slug in unknown and it.slug not in lacking and not _is_often_lacking(it) and slug in _targets(it)
    ]


def find_unread_users(slug: str, account: Account) -> list[Kind]:
    """The kinds that may refer to a kind and were not read, because no manifest needs them."""
    return [it for it in KINDS if not ({it.slug} & {*account.complete_for, *account.unknown}) and slug in _targets(it)]


def _targets(kind: Kind) -> frozenset[str]:
    """The kinds of which objects of a kind can hold something that is not deleted while they do."""
    fields_of = [field.codec for field in kind.fields if field.name != kind.facts.lets_go]
    codecs = [*fields_of, *(child.item for child in kind.children)]
    return frozenset(slug for codec in codecs for slug in _references(codec))


def _references(codec: object) -> Iterator[str]:
    if isinstance(codec, Reference):
        yield codec.kind
    elif isinstance(codec, tuple):
        for part in codec:
            yield from _references(part)
    elif is_dataclass(codec):
        for declared in fields(codec):
            yield from _references(getattr(codec, declared.name))
