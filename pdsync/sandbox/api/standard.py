"""Standard: a rule for good services, and which services keep it.

The three are those of the example in PagerDuty's API description, whose ids they have. They are active for all services until a PUT says
otherwise. Which services a standard is for, by its inclusions and exclusions, is the sandbox's own reading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.form import Form, Text, label
from pdsync.sandbox.http.problem import invalid, not_found
from pdsync.sandbox.store.record import Body, Record

KIND = "standard"
_RESOURCE = "technical_service"
_REFERENCE = f"{_RESOURCE}_reference"
_LISTS = ("inclusions", "exclusions")
_MAX_IDS = 100  # PagerDuty API description


def _has_description(call: Call, service: Record) -> bool:
    return bool(service.body["description"])


def _has_two_levels(call: Call, service: Record) -> bool:
    """Two levels count that do not have the same targets."""
    policy = call.record("escalation_policy", service.body["escalation_policy"]["id"])
    levels = {frozenset(target["id"] for target in rule["targets"]) for rule in policy.body["escalation_rules"]}
    return len(levels) > 1


def _has_addon(call: Call, service: Record) -> bool:
    return any(call.store.referrers(kind, service.id) for kind in ("addon", "extension"))


@dataclass(frozen=True, slots=True)
class _Standard:
    id: str
    type: str
    name: str
    description: str
    is_kept: Callable[[Call, Record], bool]

    def head(self, call: Call) -> Body:
        said = said_of(call, self.id)
        return {
            "id": self.id,
            "type": self.type,
            "name": self.name,
            "description": said.get("description", self.description),
            "active": said.get("active", True),
        }


_STANDARDS = (
    _Standard(
        "01CXX38Q0U8XKHO4LNKXUJTBFG",
        "has_technical_service_description",
        "Service has a description",
        "Responders need to know what a service is and what it is for.",
        _has_description,
    ),
    _Standard(
        "01CXX38Q0Y8D9IYFAEDCH5F53L",
        "minimum_escalation_policy_rule_depth",
        "Service has an escalation policy with 2 or more unique levels",
        "An incident must reach a second responder when the first one does not react.",
        _has_two_levels,
    ),
    _Standard(
        "01CXX38Q11T19P0K1GFKHUZJ35",
        "minimum_outbound_integrations",
        "Service has an extension or add-on (e.g. Slack, etc.)",
        "A connection to other tools keeps the people around an incident informed.",
        _has_addon,
    ),
)


def standard_routes() -> list[Route]:
    return [
        Route("GET", "/standards", _list),
        Route("PUT", "/standards/<id>", _put),
        Route("GET", "/standards/scores/<resource_type>", _scores),
        Route("GET", "/standards/scores/<resource_type>/<id>", _score),
    ]


def _list(call: Call) -> Answer:
    """Without pages (PagerDuty API description)."""
    active, resource = call.arg("active"), call.arg("resource_type")
    if active not in (None, "true", "false"):
        raise invalid("Active must be true or false")
    if resource not in (None, _RESOURCE):
        raise invalid(f"Resource type must be one of: {_RESOURCE}")
    shown = [show_standard(call, it.id) for it in _STANDARDS]
    return Answer(200, {"standards": [it for it in shown if active is None or it["active"] is (active == "true")]})


def said_of(call: Call, id: str) -> Body:
    """What a PUT said about a standard."""
    record = call.store.get(KIND, id)
    return record.body if record is not None else Body()


def show_standard(call: Call, id: str) -> Body:
    """Services that are gone are left out (the sandbox's own reading)."""
    standard = next(it for it in _STANDARDS if it.id == id)
    said = said_of(call, id)
    lists = {
        name: [{"type": _REFERENCE, "id": it} for it in said.get(name, ()) if call.store.get("service", it) is not None]
        for name in _LISTS
    }
    is_shown = "regex" in said and call.profile.reads("pattern_of_standard", "shown")
    values = {"values": {"regex": said["regex"]}} if is_shown else {}
    return {**standard.head(call), "resource_type": _RESOURCE, **lists, **values}


def _put(call: Call, id: str) -> Answer:
    """The body has no wrapper, and what it leaves out stays (PagerDuty API description)."""
    if all(it.id != id for it in _STANDARDS):
        raise not_found()
    draft = Body(said_of(call, id))
    form = Form(call.json(), draft, creating=False)
    form.boolean("active")
    form.text("description", Text(1024))
    for name in _LISTS:
        listed = form.objects(name)
        if listed is not None:
            draft[name] = list(_services(call, form, listed))
    values = form.object("values")
    if values is not None:
        form.nested(values, draft, "Values: ").text("regex", Text(1024, clean=str))
    form.finish()
    call.store.put(KIND, id, draft)
    return Answer(200, show_standard(call, id))


def _services(call: Call, form: Form, listed: list[Body]) -> Iterator[str]:
    for item in listed:
        id = item.get("id")
        if item.get("type") != _REFERENCE:
            form.error(f"{label(_RESOURCE)} must have the type {_REFERENCE}")
        elif not isinstance(id, str) or call.store.get("service", id) is None:
            form.error(f"{label(_RESOURCE)} Not Found")
        else:
            yield id


def _scores(call: Call, resource_type: str) -> Answer:
    """Ids that do not exist are left out (the sandbox's own reading)."""
    _check_resource(resource_type)
    ids = list(dict.fromkeys([*call.args.get("ids", ()), *call.many("ids")]))
    if not 1 <= len(ids) <= _MAX_IDS:
        raise invalid(f"Ids must be 1 to {_MAX_IDS} ids of services")
    services = [service for id in ids if (service := call.store.get("service", id)) is not None]
    return Answer(200, {"resources": [_scored(call, it) for it in services]})


def _score(call: Call, resource_type: str, id: str) -> Answer:
    _check_resource(resource_type)
    return Answer(200, _scored(call, call.record("service", id)))


def _check_resource(resource_type: str) -> None:
    if resource_type != f"{_RESOURCE}s":
        raise not_found()


def _scored(call: Call, service: Record) -> Body:
    standards = [
        {**it.head(call), "pass": it.is_kept(call, service)} for it in _STANDARDS if _is_for(call, it, service)
    ]
    return {
        "resource_id": service.id,
        "resource_type": _RESOURCE,
        "score": {"passing": sum(it["pass"] for it in standards), "total": len(standards)},
        "standards": standards,
    }


def _is_for(call: Call, standard: _Standard, service: Record) -> bool:
    shown = show_standard(call, standard.id)
    included, excluded = ({it["id"] for it in shown[name]} for name in _LISTS)
    return bool(shown["active"]) and service.id not in excluded and (not included or service.id in included)
