"""Alert grouping: how questions about the settings that group the alerts of services are asked."""

from __future__ import annotations

from collections.abc import Mapping

from pdsync.probe.answer import Finding
from pdsync.probe.material import policy, service, service_body
from pdsync.probe.probe import Probe
from pdsync.probe.workbench import Workbench

_PATH = "alert_grouping_settings"


def _ask_no_grouping_settings(bench: Workbench) -> Finding:
    answer = bench.get(_PATH, service_ids=[service(bench)["id"]])
    return answer.by_status({200: "empty_list", 404: "not_found"})


def _ask_services_of_content_based_intelligent(bench: Workbench) -> Finding:
    both = [bench.make("services", **service_body(policy(bench))) for _ in range(2)]
    config = {"aggregate": "all", "fields": ["summary"], "time_window": 300}
    body = {"type": "content_based_intelligent", "config": config, "services": [{"id": it["id"]} for it in both]}
    return bench.post(_PATH, body).by_status({200: "many", 201: "many", 400: "one"})


PROBES = (
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
)
NOT_ASKED: Mapping[str, str] = {}
