"""A schema-driven fuzzer finds no answer of 500 and nothing half done.

Always with a description made of the sandbox's own routes and free-form bodies; where PagerDuty's API description is at
hand, with that too. ``script/fuzz-sandbox`` runs the long form in two processes, each with every other endpoint, and
prints its figure.
"""

from __future__ import annotations

import os
import re
import time
from collections import Counter
from copy import deepcopy
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pdsync.sandbox import SandboxServer
from pdsync.sandbox.api.endpoint import all_routes
from tests.contract.conftest import TOKEN
from tests.support.api_description import METHODS, load_description

EXAMPLES = int(os.environ.get("PDSYNC_FUZZ_EXAMPLES", "1"))
BUDGET_S = float(os.environ.get("PDSYNC_FUZZ_BUDGET_S", "20"))
"""For each endpoint: no example is begun after it."""
PART, PARTS = (int(it) for it in os.environ.get("PDSYNC_FUZZ_PART", "0/1").split("/"))
_ALL_METHODS = {*METHODS, "patch", "head", "options", "trace"}
Rows = dict[str, list[dict[str, Any]]]
_IRREGULAR = {
    "technical_services": "service",
    "escalation_policies": "escalation_policy",
    "log_entries": "log_entry",
    "runners": "automation_runner",
    "actions": "automation_action",
    "rotations": "schedule_rotation",
}


def own_description() -> dict[str, Any]:
    """The sandbox's routes; a body is any object, in the right wrapper or not."""
    paths: dict[str, Any] = {}
    words = ["user", "team", "schedule", "escalation_policy", "service", "incident", "override", "tag", "overrides"]
    values: dict[str, Any] = {
        "type": ["object", "array", "string", "null"],
        "properties": {"name": {"type": "string"}, "type": {"type": "string"}, "id": {"type": "string"}},
    }
    body = {"type": "object", "properties": dict.fromkeys(words, values)}
    for route in all_routes():
        path = re.sub(r"<(\w+)>", r"{\1}", route.path)
        names = re.findall(r"{(\w+)}", path)
        item: dict[str, Any] = {
            "parameters": [{"name": it, "in": "path", "required": True, "schema": {"type": "string"}} for it in names]
            + [
                {"name": it, "in": "query", "schema": {"type": "string"}}
                for it in ("limit", "offset", "since", "include[]", "cursor")
            ],
            "responses": {"default": {"description": "anything"}},
        }
        if route.method in ("POST", "PUT"):
            item["requestBody"] = {"content": {"application/json": {"schema": body}}}
        paths.setdefault(path, {})[route.method.lower()] = item
    return {"openapi": "3.0.2", "info": {"title": "sandbox", "version": "1"}, "paths": paths}


def pagerduty_description() -> dict[str, Any] | None:
    """What the sandbox imitates of it."""
    description = load_description()
    if description is None:
        return None
    wanted: dict[str, set[str]] = {}
    for route in all_routes():
        path = description.path_of(route.path)
        if path is not None:
            wanted.setdefault(path, set()).add(route.method.lower())
    document: dict[str, Any] = deepcopy(description.document)
    kept = {
        path: {name: it for name, it in item.items() if name not in _ALL_METHODS or name in wanted[path]}
        for path, item in document["paths"].items()
        if path in wanted
    }
    # References lead into paths that are not kept, so the others stay, without what could be called.
    for path, item in document["paths"].items():
        if path not in kept:
            kept[path] = {f"x-{name}" if name in _ALL_METHODS else name: it for name, it in item.items()}
    return {**document, "paths": kept}


def _with_real_ids(value: Any, rows: Rows, data: Any, name: str = "") -> Any:
    """References lead to something that is there; what they say is junk otherwise, and so is all the rest."""
    if isinstance(value, list):
        return [_with_real_ids(it, rows, data, name.removesuffix("s")) for it in value]
    if not isinstance(value, dict):
        return value
    changed = {key: _with_real_ids(it, rows, data, key) for key, it in value.items()}
    kind = str(value.get("type")).removesuffix("_reference")
    known = rows.get(kind if kind in rows else name, [])
    if "id" in value and known:
        changed["id"] = data.draw(st.sampled_from(known))["id"]
    return changed


def _things(server: SandboxServer) -> Rows:
    """What there is in the account, with one at least of each kind that has an endpoint."""
    edit, rows = server.control.edit, server.control.state()
    service, user, schedule = rows["service"][0], rows["user"][1], rows["schedule"][0]
    at_service = [{"id": service["id"], "type": "service_reference"}]
    period = {"start": "2097-01-01T00:00:00Z", "end": "2097-01-02T00:00:00Z"}
    incident = {"type": "incident", "title": "Fire", "service": at_service[0]}
    made = edit("POST", "/incidents", {"incident": incident})["incident"]
    edit("POST", f"/incidents/{made['id']}/notes", {"note": {"content": "It burns."}})
    edit("POST", "/tags", {"tag": {"type": "tag", "label": "Hot"}})
    edit("POST", "/business_services", {"business_service": {"name": "Shop"}})
    window = {"type": "maintenance_window", "start_time": period["start"], "end_time": period["end"]}
    edit("POST", "/maintenance_windows", {"maintenance_window": {**window, "services": at_service}})
    override = {**period, "user": {"id": user["id"], "type": "user_reference"}}
    edit("POST", f"/schedules/{schedule['id']}/overrides", {"overrides": [override]})
    [method, *_] = [it for it in rows["contact_method"] if it["parent"] == user["id"]]
    rule = {"contact_method": {"id": method["id"], "type": f"{method['type']}_reference"}}
    path = f"/users/{user['id']}/oncall_handoff_notification_rules"
    edit("POST", path, {"oncall_handoff_notification_rule": rule})
    edit("POST", "/event_orchestrations", {"orchestration": {"name": "Events"}})
    runner = {"runner": {"name": "Runner", "description": "x", "runner_type": "sidecar"}}
    data = {"action_type": "script", "action_data_reference": {"script": "x"}}
    id = edit("POST", "/automation_actions/runners", runner)["runner"]["id"]
    edit("POST", "/automation_actions/actions", {"action": {"name": "x", "description": "x", "runner": id, **data}})
    shifts = edit("POST", "/v3/schedules", {"schedule": {"name": "Shifts", "time_zone": "UTC"}})["schedule"]["id"]
    edit("POST", f"/v3/schedules/{shifts}/rotations", {})
    delivery = {"type": "http_delivery_method", "url": "https://x.example.com"}
    webhook = {"type": "webhook_subscription", "events": ["x"], "filter": {"type": "account_reference"}}
    edit("POST", "/webhook_subscriptions", {"webhook_subscription": {**webhook, "delivery_method": delivery}})
    key = next(it["integration_key"] for it in rows["integration"] if it["integration_key"])
    payload = {"summary": "Fire", "source": "db1", "severity": "critical"}
    edit("POST", "/v2/enqueue", {"routing_key": key, "event_action": "trigger", "payload": payload})
    edit("POST", "/v2/change/enqueue", {"routing_key": key, "payload": {"summary": "Deployed"}})
    target = {"responder_request_target": {"id": user["id"], "type": "user_reference"}}
    request = {"requester_id": user["id"], "message": "Help", "responder_request_targets": [target]}
    edit("POST", f"/incidents/{made['id']}/responder_requests", request)
    return server.control.state()


class _OutOfTime(BaseException):
    """Hypothesis lets it through; of an Exception it would look for the smallest example."""


@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.data())
def _fuzz(operation: Any, server: SandboxServer, rows: Rows, statuses: Counter[int], ends: float, data: Any) -> None:
    case = data.draw(operation.as_strategy())
    parent = None
    for name in reversed(re.findall(r"{(\w+)}", operation.path)):
        place = operation.path.split("{" + name + "}")[0].strip("/")
        before = place.split("/")[-1]
        kind = "schedule_v3" if place == "v3/schedules" else _IRREGULAR.get(before, before.removesuffix("s"))
        known = rows.get(kind, [])
        if known and data.draw(st.integers(0, 9)):
            row = data.draw(st.sampled_from(known))
            case.path_parameters[name] = parent or row["id"]
            parent = row.get("parent") if isinstance(row.get("parent"), str) else None
    if isinstance(case.body, dict) and data.draw(st.integers(0, 3)):
        case.body = _with_real_ids(case.body, rows, data)
    if time.monotonic() > ends:
        raise _OutOfTime
    answer = case.call(base_url=server.url, headers={"Authorization": f"Token token={TOKEN}"})
    statuses[answer.status_code] += 1
    assert answer.status_code < 500, f"{case.as_curl_command()}\n{answer.text}"


@pytest.mark.parametrize("source", [own_description, pagerduty_description], ids=["own", "pagerduty"])
def test_no_answer_is_a_fault_of_the_sandbox(server: SandboxServer, source: Any) -> None:
    document = source()
    if document is None:
        pytest.skip("PagerDuty's API description is not at hand")
    rows = _things(server)
    schema = schemathesis.openapi.from_dict(document)
    operations = [result.ok() for result in schema.get_all_operations()][PART::PARTS]
    statuses: Counter[int] = Counter()
    faults: list[str] = []
    cut = 0
    for operation in operations:
        try:
            _fuzz(operation, server, rows, statuses, time.monotonic() + BUDGET_S)
        except _OutOfTime:
            cut += 1
        except Exception as fault:  # noqa: BLE001 (of each endpoint the first, and all of them at the end)
            faults.append(f"{operation.method} {operation.path}: {fault!r}")
    refused = sum(count for status, count in statuses.items() if status >= 400)
    print(  # noqa: T201 (the figure of script/fuzz-sandbox)
        f"\nfuzz: {source.__name__}: {len(operations)} endpoints, {statuses.total()} requests "
        f"({refused} of them refused), {len(faults)} endpoints with a 500, {cut} cut short after {BUDGET_S:g} s"
    )
    assert faults == []
    assert len(operations) >= 100 // PARTS
    assert statuses.total() >= len(operations)
    assert server.control.breaks() == []
