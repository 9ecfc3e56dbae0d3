"""A dynamic route: the event itself names its service."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pdsync.model import Ref
from pdsync.routing.documents import Documents
from pdsync.routing.event import Event
from pdsync.routing.judgement import Judgement
from pdsync.routing.path import MISSING, parse_path
from pdsync.routing.variable import RegexError, as_text, extract

_SERVICE_ID = re.compile(r"[A-Z0-9]{7,14}")


@dataclass(frozen=True, slots=True)
class Route:
    """Whether a dynamic route takes an event, and to which service."""

    judgement: Judgement
    service: Ref | None = None
    drops: bool = False
    """True where the event is thrown away: PagerDuty does that when the text in place of an id cannot be one."""


def find_route(dynamic: Mapping[str, Any], event: Event, documents: Documents) -> Route:
    """The service that an event names. Where it names none that there is, the rules after this one count."""
    source, regex = str(dynamic.get("source") or ""), str(dynamic.get("regex") or "")
    steps = parse_path(source)
    if steps and steps[0] == "event" and event.is_unknown(steps[1:]):
        return Route(Judgement(None, (f"{source} holds a value that is not known beforehand",)))
    value = event.find(steps) if steps else MISSING
    if value is MISSING or value is None:
        return _no_route(f"the event has no {source}")
    try:
        found = extract(regex, as_text(value))
    except RegexError as error:
        return _no_route(f"{regex!r} is not a regular expression ({error})")
    if not found:
        return _no_route(f"{source} is {as_text(value)!r}, which does not match {regex!r}")
    by = str(dynamic.get("lookup_by") or "service_id")
    if by == "service_id" and not _SERVICE_ID.fullmatch(found):
        reason = f"{source} gives {found!r}, which cannot be the id of a service: PagerDuty drops the event"
        return Route(Judgement(True, (reason,)), drops=True)
    service, is_certain = documents.find_service(by, found)
    noun = "id" if by == "service_id" else "name"
    if service is not None:
        return Route(Judgement(True, (f"{source} names the service with the {noun} {found!r}",)), service)
    if is_certain:
        return _no_route(f"no service has the {noun} {found!r}")
    named = Ref("service", "id" if by == "service_id" else "name", found)
    return Route(
        Judgement(None, (f"whether there is a service with the {noun} {found!r} can only be seen in the account",)),
        named,
    )


def _no_route(reason: str) -> Route:
    return Route(Judgement(False, (reason,)))
