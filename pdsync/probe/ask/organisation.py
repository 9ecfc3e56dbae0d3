"""Organisation: how questions about tags, dependencies and maintenance windows are asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pdsync.probe.answer import Finding, Unasked
from pdsync.probe.material import layer_body, person, policy, reference, schedule_body, service, service_body, user_body
from pdsync.probe.probe import Probe
from pdsync.probe.workbench import Object, Workbench

_ASSOCIATE = "service_dependencies/associate"
_WINDOW = {"start_time": "2099-06-01T12:00:00Z", "end_time": "2099-06-01T13:00:00Z"}


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


def _ask_tag_label_case(bench: Workbench) -> Finding:
    """Whether a team gets the tag that there is, or a new one. The labels differ behind the mark."""
    team = _seen(bench, "teams", "team")
    tag = bench.make("tags", type="tag", label=bench.mark.label("TAG"))
    added = {"add": [{"type": "tag", "label": bench.mark.label("tag")}]}
    answer = bench.post(f"teams/{team['id']}/change_tags", added)
    if not answer.ok:
        return answer.unclear()
    (shown,) = bench.wait_for(lambda: bench.read(f"teams/{team['id']}/tags"))
    return answer.means("same" if shown["id"] == tag["id"] else "different")


def _ask_change_tags_answer(bench: Workbench) -> Finding:
    team = _seen(bench, "teams", "team")
    tag = bench.make("tags", type="tag")
    body = {"add": [{"type": "tag_reference", "id": tag["id"]}]}
    answer = bench.post(f"teams/{team['id']}/change_tags", body)
    if not answer.ok:
        return answer.unclear()
    return answer.means("empty") if not answer.body else answer.among({True: "request"}, answer.body == body)


def _ask_dependency_on_itself(bench: Workbench) -> Finding:
    service = _business_service(bench)
    return bench.post(_ASSOCIATE, _dependency(service, service)).by_status({200: "taken", 400: "refused"})


def _ask_bad_dependency_of_several(bench: Workbench) -> Finding:
    """The bad one names a service that is no longer there."""
    first, second, gone = (_business_service(bench) for _ in range(3))
    if not bench.delete(f"business_services/{gone['id']}").ok:
        raise Unasked("DELETE of a business service, which the question needs, was refused")
    answer = bench.post(_ASSOCIATE, [*_dependency(first, second), *_dependency(gone, second)])
    is_made = bool(bench.look_for(lambda: bench.read(f"service_dependencies/business_services/{second['id']}")))
    readings = {(True, True): "passed_over", (False, True): "others_made", (False, False): "none_made"}
    return answer.among(readings, (answer.ok, is_made))


def _ask_absent_dependency(bench: Workbench) -> Finding:
    first, second = _business_service(bench), _business_service(bench)
    answer = bench.post("service_dependencies/disassociate", _dependency(first, second))
    if answer.ok:
        return answer.among({False: "left_out"}, bool(answer.body))
    return answer.by_status({400: "refused", 404: "not_found"})


def _ask_dependencies_of_deleted_service(bench: Workbench) -> Finding:
    first, second = _business_service(bench), _business_service(bench)
    _depend(bench, first, second)
    path = f"service_dependencies/business_services/{second['id']}"
    bench.wait_for(lambda: bench.read(path))
    answer = bench.delete(f"business_services/{first['id']}")
    if not answer.ok:
        return answer.unclear()
    return answer.means("end" if bench.look_for(lambda: not bench.read(path)) else "listed")


def _ask_overrides_of_deleted_user(bench: Workbench) -> Finding:
    user = bench.make("users", **user_body(bench, "overriding"))
    made = bench.make("schedules", **schedule_body(layer_body(person(bench))))
    begin, end = "2099-06-01T12:00:00Z", "2099-06-01T13:00:00Z"
    path = f"schedules/{made['id']}/overrides"
    if not bench.post(path, [{"start": begin, "end": end, "user": reference(user, "user")}]).ok:
        raise Unasked("POST of an override, which the question needs, was refused")
    bench.wait_for(lambda: bench.read(path, since=begin, until=end))
    answer = bench.delete(f"users/{user['id']}")
    if not answer.ok:
        return answer.by_status({400: "refused"})
    is_gone = bench.look_for(lambda: not bench.read(path, since=begin, until=end))
    return answer.means("go" if is_gone else "stay")


def _ask_window_of_deleted_service(bench: Workbench) -> Finding:
    """The window is in the far future: one that has begun cannot be deleted without a trace."""
    owner = bench.make("services", **service_body(policy(bench)))
    window = bench.make("maintenance_windows", **_WINDOW, services=[reference(owner, "service")])
    path = f"maintenance_windows/{window['id']}"
    bench.read(path)
    if not bench.delete(f"services/{owner['id']}").ok:
        raise Unasked("DELETE of a service, which the question needs, was refused")
    return bench.get_late(path, 404).by_status({200: "stays", 404: "goes"})


def _ask_window_times(bench: Workbench) -> Finding:
    answer = bench.post("maintenance_windows", {**_WINDOW, "services": [reference(service(bench), "service")]})
    shown = bench.need(answer, "maintenance_windows")["start_time"]
    return answer.means("utc" if shown == _WINDOW["start_time"] else "offset")


def _business_service(bench: Workbench) -> Object:
    return _seen(bench, "business_services", "business_service")


def _seen(bench: Workbench, path: str, type: str) -> Object:
    """A new object, once it can be read: until then it cannot be joined to anything (404)."""
    made = bench.make(path, type=type)
    bench.read(f"{path}/{made['id']}")
    return made


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
    Probe(
        "tag_label_case",
        "POST /teams/{id}/change_tags with an existing label in different letter case",
        _ask_tag_label_case,
    ),
    Probe("change_tags_answer", "POST /teams/{id}/change_tags with a tag to add", _ask_change_tags_answer),
    Probe(
        "dependency_on_itself",
        "POST /service_dependencies/associate of a business service and itself",
        _ask_dependency_on_itself,
    ),
    Probe(
        "bad_dependency_of_several",
        "POST /service_dependencies/associate of two pairs, of which one names a deleted service",
        _ask_bad_dependency_of_several,
    ),
    Probe(
        "absent_dependency",
        "POST /service_dependencies/disassociate of two services that do not depend on each other",
        _ask_absent_dependency,
    ),
    Probe(
        "dependencies_of_deleted_service",
        "GET /service_dependencies/business_services/{id} after the service below it is deleted",
        _ask_dependencies_of_deleted_service,
    ),
    Probe(
        "overrides_of_deleted_user",
        "DELETE /users/{id} of a user with an override in the future",
        _ask_overrides_of_deleted_user,
    ),
    Probe(
        "window_of_deleted_service",
        "GET /maintenance_windows/{id} of a window in the future after its service is deleted",
        _ask_window_of_deleted_service,
    ),
    Probe("window_times", "POST /maintenance_windows with times in UTC", _ask_window_times),
)
_ONE_AT_A_TIME = "The probe makes one request at a time."
NOT_ASKED: Mapping[str, str] = {
    "dependencies_at_once": _ONE_AT_A_TIME,
    "tags_at_once": _ONE_AT_A_TIME,
    "incident_in_maintenance": "A maintenance window that has begun can be ended, but stays in the account.",
}
