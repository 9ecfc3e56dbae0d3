"""Organisation: how questions about tags, business services, dependencies and maintenance windows are asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pdsync.probe.answer import Finding, Unasked
from pdsync.probe.probe import Probe
from pdsync.probe.workbench import Object, Workbench

_ASSOCIATE = "service_dependencies/associate"


def _ask_tag_labels(bench: Workbench) -> Finding:
    body = {"type": "tag", "label": bench.mark.label("same tag")}
    bench.make("tags", **body)
    return bench.post("tags", body).by_status({201: "may_repeat", 400: "unique"})


def _ask_dependency_circle(bench: Workbench) -> Finding:
    first, second = _business_service(bench), _business_service(bench)
    _depend(bench, first, second)
    return bench.post(_ASSOCIATE, _dependency(second, first)).by_status({200: "taken", 400: "refused"})


def _ask_repeated_dependency(bench: Workbench) -> Finding:
    first, second = _business_service(bench), _business_service(bench)
    _depend(bench, first, second)
    return bench.post(_ASSOCIATE, _dependency(first, second)).by_status({200: "answered", 400: "refused"})


def _ask_renamed_summary(bench: Workbench) -> Finding:
    made = _business_service(bench)
    name = bench.mark.name("renamed")
    answer = bench.put(f"business_services/{made['id']}", {"type": "business_service", "name": name})
    if not answer.ok:
        return answer.unclear()
    return answer.among({name: "new", made["name"]: "old"}, answer.body.get("summary"))


def _business_service(bench: Workbench) -> Object:
    return bench.make("business_services", type="business_service")


def _depend(bench: Workbench, supporting: Mapping[str, Any], dependent: Mapping[str, Any]) -> None:
    answer = bench.post(_ASSOCIATE, _dependency(supporting, dependent))
    if not answer.ok:
        raise Unasked("POST of a dependency, which the question needs, was refused", answer)


def _dependency(supporting: Mapping[str, Any], dependent: Mapping[str, Any]) -> list[Object]:
    ends = {"supporting_service": supporting, "dependent_service": dependent}
    return [{name: {"id": it["id"], "type": "business_service"} for name, it in ends.items()}]


PROBES = (
    Probe("tag_labels", "POST /tags with the label of another tag", _ask_tag_labels),
    Probe(
        "dependency_circle", "POST /service_dependencies/associate of two services, both ways", _ask_dependency_circle
    ),
    Probe("repeated_dependency", "POST /service_dependencies/associate twice with one body", _ask_repeated_dependency),
    Probe("renamed_summary", "PUT /business_services/{id} with a new name", _ask_renamed_summary),
)
NOT_ASKED: Mapping[str, str] = {}
