"""``pdsync route``: what happens with an event, by the manifests alone or in the account."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pdsync.cli.connection import open_client
from pdsync.cli.error import UsageError
from pdsync.cli.invocation import Invocation
from pdsync.cli.manifest_text import shown_problems, tell_problems
from pdsync.cli.progress import activity_on
from pdsync.cli.roster_source import FROM_MANIFESTS, LOCAL_CLOCK
from pdsync.cli.setting.setting import load_settings
from pdsync.cli.setting.time_option import AskedTime, local_seconds, read_clock, read_moment
from pdsync.engine.error import ManifestsError
from pdsync.engine.event_file import MAX_BYTES, load_event
from pdsync.engine.roster import load_roster
from pdsync.engine.route import Arrival, Routed, enter, fetch_routing, find_unread_variables, route_live
from pdsync.engine.route import route as route_event
from pdsync.manifest.file import decode
from pdsync.routing.entrance import Entrance
from pdsync.routing.event import Event
from pdsync.routing.fact import Given

Output = Literal["text", "json"]


@dataclass(frozen=True, slots=True)
class RouteOptions:
    """What the command line says besides the event."""

    orchestration: str | None = None
    integration: str | None = None
    at: str | None = None
    timezone: str | None = None
    trigger_count: int | None = None
    cache_variables: Sequence[str] = ()
    live: bool = False

    @property
    def entrance(self) -> Entrance:
        """Where the event comes in. Raises UsageError."""
        if self.orchestration is not None and self.integration is not None:
            raise UsageError("--orchestration and --routing-key-of exclude each other", "Leave one of them out.")
        return Entrance(self.orchestration, self.integration)

    @property
    def given(self) -> Given:
        """The values that only PagerDuty knows, as the command line gives them. Raises UsageError."""
        return Given(self.trigger_count, dict(map(_read_variable, self.cache_variables)))


def route(invocation: Invocation, event: str, output: Output, options: RouteOptions) -> int:
    """Prints what happens with the event. Exits 1 where the file is not an event, where the orchestration is not there, or where the
    manifests have problems."""
    clock = read_clock(options.timezone)
    asked = read_moment(options.at, options.timezone, invocation.terminal.warn)
    entrance, given = options.entrance, options.given
    sent = _read_event(event)
    try:
        routed = _route(invocation, sent, (asked, entrance, given), live=options.live)
    except ManifestsError as error:
        return tell_problems(invocation.terminal, shown_problems(error), as_json=output == "json")
    for name in find_unread_variables(routed):
        invocation.terminal.warn(f"--cache-var {name}: no rule here reads this cache variable")
    from pdsync.report.routing.route_text import RouteReport, render_route_text

    arrival = routed.arrival
    report = RouteReport(routed.documents, sent, arrival.at, routed.outcome, routed.paging, routed.alternatives)
    terminal = invocation.terminal
    if output == "json":
        from pdsync.report.routing.route_json import render_route_json

        terminal.out_json(render_route_json(report))
        return 0
    from pdsync.report.text.clock import Screen

    terminal.out(render_route_text(report, Screen(clock, terminal.palette, terminal.width)))
    if not options.live:
        terminal.note(FROM_MANIFESTS)
    return 0


def _route(invocation: Invocation, event: Event, how: tuple[AskedTime, Entrance, Given], *, live: bool) -> Routed:
    asked, entrance, given = how
    settings, terminal = load_settings(invocation), invocation.terminal
    workspace = settings.workspace()
    if not live:
        at = asked.at(local_seconds()).since
        documents = enter(load_roster(workspace, at), entrance)
        if asked.needs_now:
            terminal.note(LOCAL_CLOCK)
        return route_event(documents, Arrival(event, at, given))
    with open_client(invocation, settings) as client:
        account = fetch_routing(client, workspace, entrance, terminal.warn, activity=activity_on(terminal))
        at = asked.at(int(client.server_clock.now().timestamp())).since
        return route_live(client, account, Arrival(event, at, given), terminal.warn)


def _read_event(name: str) -> Event:
    if name != "-":
        return load_event(name)
    return load_event("standard input", decode(sys.stdin.buffer.read(MAX_BYTES)))


def _read_variable(text: str) -> tuple[str, Any]:
    """Name and value of a cache variable: a number or a truth value where it is written like one. Raises UsageError."""
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise UsageError(f"--cache-var: {text!r} is not NAME=VALUE", "Write it like db_alerts=5.")
    try:
        found = json.loads(value)
    except ValueError:
        return name, value
    return name, found if isinstance(found, bool | int | float) else value
