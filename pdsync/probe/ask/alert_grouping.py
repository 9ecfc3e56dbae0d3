"""Alert grouping: how questions about the settings that group the alerts of services are asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pdsync.probe.answer import Finding
from pdsync.probe.mark import MARKER
from pdsync.probe.material import policy, reference, service, service_body
from pdsync.probe.probe import Probe
from pdsync.probe.workbench import Object, Workbench

_PATH = "alert_grouping_settings"
_BY_CONTENT = {"aggregate": "all", "fields": ["summary"]}
_AN_HOUR_S = 3_600


def _ask_no_grouping_settings(bench: Workbench) -> Finding:
    answer = bench.get(_PATH, service_ids=[service(bench)["id"]])
    return answer.by_status({200: "empty_list", 404: "not_found"})


def _ask_services_of_content_based_intelligent(bench: Workbench) -> Finding:
    both = [bench.make("services", **service_body(policy(bench))) for _ in range(2)]
    config = {**_BY_CONTENT, "time_window": 300}
    body = {"type": "content_based_intelligent", "config": config, "services": [{"id": it["id"]} for it in both]}
    return bench.post(_PATH, body).by_status({200: "many", 201: "many", 400: "one"})


def _ask_long_grouping_window(bench: Workbench) -> Finding:
    config = {**_BY_CONTENT, "time_window": 2 * _AN_HOUR_S}
    answer = bench.post(_PATH, _grouping(bench, "content_based", config))
    return answer.by_status({201: "taken", 400: "refused"})


def _ask_grouping_window_default(bench: Workbench) -> Finding:
    answer = bench.post(_PATH, _grouping(bench, "content_based", _BY_CONTENT))
    if not answer.ok:
        return answer.by_status({400: "required"})
    return answer.among({300: "five_minutes", 0: "recommended"}, answer.body["config"]["time_window"])


def _ask_echoed_grouping(bench: Workbench) -> Finding:
    both = [bench.make("services", **service_body(policy(bench))) for _ in range(2)]
    config = {**_BY_CONTENT, "time_window": 300}
    body = {"type": "content_based", "config": config, "services": [reference(it, "service") for it in both]}
    made, path = bench.make(_PATH, **body), f"services/{both[0]['id']}"
    own = bench.read(path)["alert_grouping_parameters"]
    answer = bench.put(path, {"type": "service", "alert_grouping_parameters": own})
    if not answer.ok:
        return answer.unclear()
    is_split = bench.look_for(lambda: len(bench.read(f"{_PATH}/{made['id']}")["services"]) < len(both))
    return answer.means("splits" if is_split else "kept")


def _ask_grouping_line_breaks(bench: Workbench) -> Finding:
    lines = f"One line.\n{MARKER}"
    body = {**_grouping(bench, "time", {"timeout": 300}), "description": lines}
    answer = bench.post(_PATH, body)
    shown = bench.need(answer, _PATH)["description"]
    return answer.among({lines: "kept", lines.replace("\n", " "): "spaces"}, shown)


def _grouping(bench: Workbench, kind: str, config: Mapping[str, Any]) -> Object:
    """A setting for a new service: each can have only one."""
    made = bench.make("services", **service_body(policy(bench)))
    return {"type": kind, "config": dict(config), "services": [reference(made, "service")]}


PROBES = (
    Probe(
        "echoed_grouping",
        "PUT /services/{id} that sends back its alert_grouping_parameters, for a service that shares a setting with another",
        _ask_echoed_grouping,
    ),
    Probe(
        "no_grouping_settings",
        "GET /alert_grouping_settings of a service that has none",
        _ask_no_grouping_settings,
    ),
    Probe(
        "services_of_content_based_intelligent",
        "POST /alert_grouping_settings of the type content_based_intelligent with two services",
        _ask_services_of_content_based_intelligent,
    ),
    Probe(
        "long_grouping_window",
        "POST /alert_grouping_settings by content with a time window of two hours",
        _ask_long_grouping_window,
    ),
    Probe(
        "grouping_window_default",
        "POST /alert_grouping_settings by content without a time window",
        _ask_grouping_window_default,
    ),
    Probe(
        "grouping_line_breaks",
        "POST /alert_grouping_settings with a description of two lines",
        _ask_grouping_line_breaks,
    ),
)
NOT_ASKED: Mapping[str, str] = {}
