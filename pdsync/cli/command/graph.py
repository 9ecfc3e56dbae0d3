"""``pdsync graph``: business services, services, the policies they follow, the schedules those notify, and the people in them."""

from __future__ import annotations

import shlex
from typing import Literal

from pdsync.account.extent import Extent
from pdsync.cli.error import CliError
from pdsync.cli.invocation import Invocation
from pdsync.cli.roster_source import read_plain_roster
from pdsync.cli.setting.setting import load_settings
from pdsync.engine.roster import find_objects, with_keys_for
from pdsync.oncall.graph import compute_graph, needs_lists
from pdsync.oncall.question import NAMED_KINDS, drawn_services_among

Output = Literal["mermaid", "dot", "svg"]


def graph(invocation: Invocation, output: Output, *, service: str | None, live: bool) -> int:
    """Prints the graph; exits 1 where no service has that name, or the manifests have problems."""
    settings = load_settings(invocation)
    roster, now = read_plain_roster(invocation, settings, Extent(needs_children=needs_lists), live=live)
    services = None
    if service is not None:
        if live:
            roster = with_keys_for(roster, settings.workspace(), service, NAMED_KINDS)
        services = drawn_services_among(find_objects(roster, service, NAMED_KINDS))
        if not services:
            raise CliError(
                f"{service!r} is not a service", f"To see who is on call: pdsync oncall {shlex.quote(service)}"
            )
    drawn = compute_graph(roster, services, now)
    if output == "svg":
        from pdsync.report.oncall.graph_svg import render_svg

        invocation.terminal.out(render_svg(drawn))
    else:
        from pdsync.report.oncall.graph_text import render_dot, render_mermaid

        invocation.terminal.out(render_dot(drawn) if output == "dot" else render_mermaid(drawn))
    return 0
