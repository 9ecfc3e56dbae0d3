"""Account page: what people see at ``/``: who is on call, services, policies, workflows, and the last requests.

It only reads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from flask import Flask, Response, render_template

from pdsync.sandbox.api.incident_workflow import TRIGGER, workflow_body
from pdsync.sandbox.http.call import Call
from pdsync.sandbox.http.recording import Recording
from pdsync.sandbox.paging.service_status import service_status
from pdsync.sandbox.paging.shift import on_calls

PAGE = "/"
_MOST_ROWS = 200
_HEADERS = {
    # Nothing on the page may run or load anything, whatever names people give their services.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class _Table:
    rows: list[tuple[Any, ...]]
    total: int


def add_account_page(app: Flask, call_without_token: Callable[[], Call], recording: Recording) -> None:
    @app.get(PAGE)
    def account_page() -> Response:
        call = call_without_token()
        with call.store.lock:
            tables = {
                "on_call": _on_call(call),
                "services": _services(call),
                "policies": _policies(call),
                "workflows": _workflows(call),
            }
        page = render_template(
            "account.html",
            url=call.links.base_url,
            now=call.now.strftime("%Y-%m-%d %H:%M:%S"),
            requests=_requests(recording),
            **tables,
        )
        return Response(page, mimetype="text/html", headers=_HEADERS)


def _on_call(call: Call) -> _Table:
    policies = call.store.sorted_by_name("escalation_policy")[:_MOST_ROWS]
    rows = [
        (
            it.policy.body["name"],
            it.level,
            it.user.body["name"],
            it.schedule.body["name"] if it.schedule is not None else "always",
            it.end.strftime("%Y-%m-%d %H:%M UTC") if it.end is not None else "",
        )
        for it in islice(on_calls(call, call.now, call.now, policies), _MOST_ROWS)
    ]
    return _Table(rows, len(rows))


def _services(call: Call) -> _Table:
    services = call.store.sorted_by_name("service")
    rows = []
    for it in services[:_MOST_ROWS]:
        policy = call.record("escalation_policy", it.body["escalation_policy"]["id"])
        open_incidents = len(call.store.children("escalation", it.id))
        rows.append((it.body["name"], service_status(call, it), policy.body["name"], open_incidents))
    return _Table(rows, len(services))


def _workflows(call: Call) -> _Table:
    workflows = call.store.sorted_by_name("incident_workflow")
    rows = []
    for it in workflows[:_MOST_ROWS]:
        body = workflow_body(it)
        state = "on" if body["is_enabled"] else "off"
        rows.append((body["name"], state, len(body["steps"]), len(call.store.children(TRIGGER, it.id))))
    return _Table(rows, len(workflows))


def _policies(call: Call) -> _Table:
    policies = call.store.sorted_by_name("escalation_policy")
    rows = [
        (it.body["name"], len(it.body["escalation_rules"]), len(call.store.referrers("service", it.id)))
        for it in policies[:_MOST_ROWS]
    ]
    return _Table(rows, len(policies))


def _requests(recording: Recording) -> _Table:
    """The newest first; without their query, which may hold what should not be seen over a shoulder."""
    seen = recording.requests(last=50)
    rows = [
        (it["method"], it["path"], it["status"] or "dropped", ", ".join(it.get("faults", ()))) for it in reversed(seen)
    ]
    return _Table(rows, len(rows))
