"""Who is on call, as text and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

from pdsync.kinds import Ref
from pdsync.kinds.instant import render_instant
from pdsync.oncall.duty import Duty
from pdsync.oncall.roster import Roster
from pdsync.report.palette import Palette
from pdsync.report.safe_text import safe_text


def render_oncall_text(
    roster: Roster, duties: Sequence[Duty], moment: int, zone: tzinfo | None, palette: Palette
) -> str:
    """Policy by policy, level by level; times in `zone`, None: that of the machine. Ends in a line break."""
    lines = [palette.paint("strong", f"On call at {_shown(moment, zone, with_zone=True)}")]
    last: Ref | None = None
    for duty in duties:
        if duty.policy != last:
            lines += ["", palette.paint("strong", safe_text(roster.name_of(duty.policy)))]
            last = duty.policy
        lines += _duty(roster, duty, zone, palette)
    if not duties:
        lines += ["", "Nobody."]
    return "\n".join(lines) + "\n"


def _duty(roster: Roster, duty: Duty, zone: tzinfo | None, palette: Palette) -> list[str]:
    responder = duty.responder
    if responder is None:
        return [f"  {duty.level:>2}  {palette.paint('warning', 'nobody; skipped at once')}"]
    name = safe_text(roster.name_of(responder.user)) if responder.user else "somebody whose schedule is not known here"
    until = f", until {_shown(responder.until, zone)}" if responder.until is not None else ""
    lines = [f"  {duty.level:>2}  {name}{until}"]
    if responder.schedule is None:
        through, place = "a target of the policy itself", _place(roster, duty.policy)
    else:
        layer = f", layer {safe_text(responder.layer)}" if responder.layer else ", by an override"
        through = f"through {safe_text(roster.name_of(responder.schedule))}{layer if responder.user else ''}"
        place = _place(roster, responder.schedule)
    lines.append(palette.paint("muted", f"      {through}"))
    if place and not roster.complete:
        lines.append(palette.paint("muted", f"      {safe_text(place)}"))
    return lines


def render_oncall_json(roster: Roster, duties: Sequence[Duty], moment: int) -> dict[str, Any]:
    """The same as plain JSON, times in UTC."""
    return {"at": _utc(moment), "on_call": [_duty_json(roster, duty) for duty in duties]}


def _duty_json(roster: Roster, duty: Duty) -> dict[str, Any]:
    responder = duty.responder
    schedule = responder.schedule if responder is not None else None
    return {
        "policy": roster.name_of(duty.policy),
        "level": duty.level,
        "user": roster.name_of(responder.user) if responder is not None and responder.user is not None else None,
        "nobody": responder is None,
        "schedule": roster.name_of(schedule) if schedule is not None else None,
        "layer": responder.layer or None if responder is not None else None,
        "until": _utc(responder.until) if responder is not None and responder.until is not None else None,
        "source": _place(roster, schedule or duty.policy) or None,
    }


def _place(roster: Roster, ref: Ref) -> str:
    entry = roster.entries.get(ref)
    return entry.place if entry is not None else ""


def _utc(moment: int) -> str:
    return render_instant(datetime.fromtimestamp(moment, UTC))


def _shown(moment: int, zone: tzinfo | None, *, with_zone: bool = False) -> str:
    local = datetime.fromtimestamp(moment, UTC).astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %Y %H:%M}{local.strftime(' %Z') if with_zone else ''}"
