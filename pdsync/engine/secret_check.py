"""The secrets that an apply would send: all of them must be there before the first write. Writes nothing, and says no value."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence

from pdsync.engine.error import MissingSecretsError
from pdsync.kinds import BY_SLUG
from pdsync.model.codec.open import Open
from pdsync.model.codec.plain import Canonical
from pdsync.model.codec.secret_text import missing_in
from pdsync.plan import Change, Operation, Plan
from pdsync.plan.change import MAKES

_SENDS = MAKES | {Operation.UPDATE, Operation.ADOPT}
_HINT = (
    "Set the variables in the environment of this run, and put the files where the manifests say. Nothing was written."
)


def check_secrets(plan: Plan, done: Container[str] = (), also: Sequence[str] = ()) -> None:
    """Raises `MissingSecretsError` that names each variable or file, the manifest and the field. `done` are addresses of changes that are
    written already, and `also` is what else the apply lacks."""
    left = (it for it in plan.changes if it.address not in plan.skipped and it.address not in done)
    missing = list(dict.fromkeys(said for change in left for said in _missing_of(change)))
    if not missing:
        return
    count = "a secret" if len(missing) == 1 else f"{len(missing)} secrets"
    raise MissingSecretsError(
        f"apply needs {count} that it cannot get, so nothing was written", _HINT, (*missing, *also)
    )


def _missing_of(change: Change) -> Iterator[str]:
    """What is missing for a change: place, field and why."""
    kind = BY_SLUG[change.kind]
    if change.operation not in _SENDS:
        return
    values = {**change.values, **change.followup}
    for name, codec in kind.open_fields.items():
        if name in values and (name not in kind.documents or name in change.documents):
            for path, why in _missing_in(codec, values[name]):
                place = f"{change.source}: " if change.source else ""
                yield f"{place}{change.address}: {name}{path}: {why}"


def _missing_in(codec: Open, value: Canonical) -> Iterator[tuple[str, str]]:
    if not codec.references(value):
        return
    for path, part in codec.parts(value).items():
        for _, why in missing_in(part) if isinstance(part, str) else ():
            yield codec.shown_path(path), why
