"""The plan as a file, for a review before it is applied."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from msgspec import UNSET
from msgspec.structs import replace

from pdsync.cli.files.output_file import PLAN
from pdsync.cli.files.plain_json import refuse_constant
from pdsync.engine.desired import Selection
from pdsync.engine.error import RefusedError
from pdsync.engine.saved_plan import SavedPlan
from pdsync.manifest.file import SUFFIXES
from pdsync.model import digest_of
from pdsync.model.instant import parse_instant, render_instant
from pdsync.model.scope import Problem, render_path
from pdsync.model.validator import Validator
from pdsync.plan.json_form import from_json
from pdsync.plan.plan import PLAN_VERSION, Plan, PlanDocument, Selected
from pdsync.plan.saved.impact_form import ImpactForm
from pdsync.plan.saved.output_schema import SCHEMAS
from pdsync.version import __version__

EXPIRES_AFTER_S = 24 * 3600
_LARGEST = 500_000_000
_BEGINNING = 100
_SEAL = "seal"
_HINT = "Make one with 'pdsync plan --out FILE'."
_PLAN = Validator(SCHEMAS["plan"])


def _load(path: Path) -> Any:
    """Raises OSError and ValueError. A pipe or a device is never opened: reading one could wait for ever."""
    if not path.is_file():
        raise ValueError("is not a file" if path.exists() else "does not exist")
    if path.stat().st_size > _LARGEST:
        raise ValueError("is too large for a saved plan")
    return json.loads(path.read_text(encoding="utf-8"), parse_constant=refuse_constant)


def render_plan_file(
    plan: Plan,
    expires_after_s: int = EXPIRES_AFTER_S,
    selection: Selection | None = None,
    *,
    impact: ImpactForm | None = None,
) -> str:
    """The plan as the text of a file.

    The content is that of ``-o json`` with the time at which the account was read, and when it expires, counted from then. Both are
    by PagerDuty's clock, since apply judges them by it.
    """
    read_at = datetime.fromisoformat(plan.fetched_at)
    chosen = selection or Selection()
    document = replace(
        plan.document(),
        impact=impact if impact is not None else UNSET,
        fetched_at=plan.fetched_at,
        created_at=plan.fetched_at,
        expires_at=render_instant(read_at + timedelta(seconds=expires_after_s)),
        pdsync=__version__,
        selection=Selected(
            chosen.adopt, chosen.prune, chosen.targets, chosen.reassign_to, chosen.rotate_keys, chosen.send_secrets
        ),
    )
    body = document.to_json()
    body[_SEAL] = digest_of(body)
    return json.dumps(body, indent=2, ensure_ascii=False) + "\n"


def read_plan_file(path: Path) -> SavedPlan:
    """Reads a saved plan. Raises RefusedError for a file that was edited, or is not a saved plan."""
    try:
        body = _load(path)
    except RecursionError:
        raise RefusedError(f"{path}: is not a saved plan (nested too deeply)", _HINT) from None
    except UnicodeDecodeError:
        raise RefusedError(f"{path}: is not a saved plan (not UTF-8)", _HINT) from None
    except json.JSONDecodeError as error:
        raise RefusedError(f"{path}: is not a saved plan (invalid JSON at line {error.lineno})", _HINT) from None
    except ValueError as error:
        raise RefusedError(f"{path}: {error}", _HINT) from None
    if not isinstance(body, dict) or not body.keys() >= PLAN.members:
        raise RefusedError(f"{path}: is not a saved plan", _HINT)
    if body.get("version") != PLAN_VERSION:
        message = (
            f"{path}: has version {body.get('version')!r} of the format, and this pdsync reads version {PLAN_VERSION}"
        )
        raise RefusedError(message, _HINT)
    if _SEAL not in body:
        raise RefusedError(
            f"{path}: was printed by 'pdsync plan -o json'. Only 'pdsync plan --out' saves a plan that can be applied",
            _HINT,
        )
    try:
        return _read_sealed(body, path)
    except (ValueError, RecursionError):
        raise RefusedError(f"{path}: was changed after pdsync saved it, so it is not applied", _HINT) from None


def _check_form(body: Mapping[str, Any], path: Path) -> None:
    """Raises RefusedError for a plan that does not fit its published schema."""
    problems = [_said(problem) for problem in _PLAN.problems(body)]
    if problems:
        what = "does not have the form of a saved plan"
        raise RefusedError(f"{path}: {what}: {problems[0]}", _HINT, problems[1:])


def _said(problem: Problem) -> str:
    where = render_path(problem.path)
    return f"{where}: {problem.message}" if where else problem.message


def _read_sealed(body: Mapping[str, Any], path: Path) -> SavedPlan:
    """Raises ValueError for a body that is not as `render_plan_file` made it."""
    if digest_of({name: value for name, value in body.items() if name != _SEAL}) != body[_SEAL]:
        raise ValueError("the seal is broken")
    _check_form(body, path)
    # The impact is for readers, and nothing is applied from it.
    document = from_json({name: value for name, value in body.items() if name != "impact"}, PlanDocument)
    plan = document.plan()
    expires_at = datetime.fromisoformat(document.expires_at or "")
    if plan.digest != document.digest or expires_at.tzinfo is None or parse_instant(plan.fetched_at) is None:
        raise ValueError("a member was changed")
    chosen = document.selection
    if chosen is UNSET or document.pdsync is UNSET or document.fetched_at is UNSET:
        raise ValueError("a member is missing")
    options = (chosen.adopt, chosen.prune, chosen.targets, chosen.reassign_to, chosen.rotate_keys, chosen.send_secrets)
    selection = Selection((), *options)
    return SavedPlan(plan, str(path), expires_at, selection)


def is_plan_name(path: str) -> bool:
    """Whether a path of the command line is a saved plan and not manifests: a file that begins as JSON does, without the name of a manifest."""
    if path.lower().endswith(SUFFIXES) or not Path(path).is_file():
        return False
    with open(path, "rb") as file:
        return file.read(_BEGINNING).lstrip()[:1] == b"{"
