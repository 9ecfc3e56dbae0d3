"""Writes Terraform states as manifests. Asks nothing of PagerDuty, and writes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pdsync.engine.desired import Workspace
from pdsync.engine.error import EngineError
from pdsync.model.instant import render_instant
from pdsync.terraform import Imported, StateError, import_states, read_state_file


class UnreadableStateError(EngineError):
    """A file holds no Terraform state that pdsync can read."""


def import_terraform(
    files: Iterable[tuple[str, bytes]],
    workspace: Workspace,
    now: datetime,
    out: str | None = None,
    *,
    schema: str | None = None,
) -> Imported:
    """The manifests of what the states describe, from the names and contents of the files.

    `out` is the folder that they are for, `now` the moment at which layers of schedules have ended; `schema` is as in
    `ExportOptions`. Raises UnreadableStateError, and EngineError where there is nothing to import.
    """
    try:
        states = [read_state_file(name, data) for name, data in files]
    except StateError as error:
        raise UnreadableStateError(error.message, error.hint) from None
    given = workspace.load_default_names(out) if out is not None else {}
    made = import_states(states, workspace.name, render_instant(now), given, schema)
    if made.export.exported:
        return made
    if not any(state.resources for state in states):
        named = ", ".join(state.name for state in states)
        hint = "Give the state of the configuration that manages PagerDuty."
        raise EngineError(f"{named}: contains no resource of the PagerDuty provider", hint)
    held = [f"{each.count} {each.type}: {each.advice}" for each in made.staying]
    raise EngineError("there is nothing to import", "", [*made.left_out, *held])
