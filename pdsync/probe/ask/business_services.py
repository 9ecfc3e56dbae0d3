"""Business services: how questions about their names, their team, and how they change are asked."""

from __future__ import annotations

from collections.abc import Mapping

from pdsync.probe.answer import Finding, Unasked
from pdsync.probe.material import reference, team
from pdsync.probe.probe import Probe
from pdsync.probe.workbench import Workbench

_PATH = "business_services"


def _ask_business_service_names(bench: Workbench) -> Finding:
    name = bench.mark.name("same name")
    bench.make(_PATH, name=name)
    return bench.post(_PATH, {"name": name}).by_status({200: "may_repeat", 201: "may_repeat", 400: "unique"})


def _ask_business_service_without_team(bench: Workbench) -> Finding:
    return _leave_team(bench, None)


def _ask_business_service_empty_team(bench: Workbench) -> Finding:
    return _leave_team(bench, {"id": ""})


def _leave_team(bench: Workbench, nothing: object) -> Finding:
    made = bench.make(_PATH, team=reference(team(bench), "team"))
    answer = bench.put(f"{_PATH}/{made['id']}", {"team": nothing})
    if not answer.ok:
        return answer.by_status({400: "refused"})
    return answer.means("ignored" if bench.read(f"{_PATH}/{made['id']}").get("team") else "cleared")


def _ask_deleted_business_service(bench: Workbench) -> Finding:
    path = f"{_PATH}/{bench.make(_PATH)['id']}"
    if not bench.delete(path).ok:
        raise Unasked("DELETE of a business service, which the question needs, was refused")
    answer = bench.get(path)
    # The body of an answer is what its wrapper holds, unless it is an array.
    return answer.means("array") if answer.body == [] else answer.by_status({404: "not_found"})


def _ask_business_service_key(bench: Workbench) -> Finding:
    made = bench.make(_PATH)
    answer = bench.put(f"{_PATH}/{made['id']}", {"point_of_contact": "no one"})
    return answer.by_status({200: "taken", 403: "refused"})


def _ask_renamed_summary(bench: Workbench) -> Finding:
    made = bench.make(_PATH)
    name = bench.mark.name("renamed")
    answer = bench.put(f"{_PATH}/{made['id']}", {"name": name})
    if not answer.ok:
        return answer.unclear()
    return answer.among({name: "new", made["name"]: "old"}, answer.body.get("summary"))


PROBES = (
    Probe(
        "business_service_names",
        "POST /business_services with the name of another one",
        _ask_business_service_names,
    ),
    Probe(
        "business_service_without_team",
        "PUT /business_services/{id} with a team of null",
        _ask_business_service_without_team,
    ),
    Probe(
        "business_service_empty_team",
        "PUT /business_services/{id} with a team whose id is empty",
        _ask_business_service_empty_team,
    ),
    Probe(
        "deleted_business_service",
        "GET /business_services/{id} after the service is deleted",
        _ask_deleted_business_service,
    ),
    Probe(
        "business_service_key",
        "PUT /business_services/{id} with an account-level key",
        _ask_business_service_key,
        key="account",
    ),
    Probe("renamed_summary", "PUT /business_services/{id} with a new name", _ask_renamed_summary),
)
NOT_ASKED: Mapping[str, str] = {}
