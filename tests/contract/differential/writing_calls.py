"""Writing calls: create, update, delete, persist, several objects at once, and what goes into the body."""

from __future__ import annotations

from typing import Any

from tests.contract.differential.case import Case, Differs
from tests.contract.differential.listing_calls import NO_TOTAL, USER, page
from tests.contract.differential.recorder import Canned
from tests.contract.differential.session import Session

TEAM = {"type": "team", "name": "Night", "description": "Watches"}
JANE = {"type": "user", "name": "Jane", "email": "jane@example.com", "role": "user"}
EMPTY = Canned(None, 204)


def reference(kind: str, identity: str) -> dict[str, str]:
    return {"id": identity, "type": f"{kind}_reference"}


def service(it: Session, name: str = "New") -> dict[str, Any]:
    return {"type": "service", "name": name, "escalation_policy": reference("escalation_policy", it.escalation_policy)}


def incident(it: Session, **fields: Any) -> dict[str, Any]:
    return {"id": it.incident, "type": "incident_reference", **fields}


def override(it: Session) -> dict[str, Any]:
    return {"start": "2026-03-05T00:00:00Z", "end": "2026-03-06T00:00:00Z", "user": reference("user", it.user)}


def twice(it: Session, update: bool) -> list[Any]:
    first = it.client.persist("teams", "name", TEAM)
    return [first, it.client.persist("teams", "name", {**TEAM, "description": "Sleeps"}, update=update)]


def kept(it: Session, call: str, *arguments: Any, **options: Any) -> Any:
    """What a call did to the arguments of the caller."""
    getattr(it.client, call)(*arguments, **options)
    return [arguments, options]


WORKFLOW = {
    "sent": Differs(
        "Wrappers of some endpoints",
        ["PATCH /workflows/integrations/P1/connections/P2 {'connection': {'name': 'x'}}"],
        ["PATCH /workflows/integrations/P1/connections/P2 {'name': 'x'}"],
    ),
    "result": Differs(
        "Wrappers of some endpoints",
        'raises ServerHttpError 200 {"id": "P2", "name": "x"}',
        {"id": "P2", "name": "x"},
    ),
}
WITHOUT_SELF = {
    "sent": Differs(
        "Objects without `self` in `persist`",
        ["GET /teams?limit=100&offset=0&query=Zoë"],
        [
            "GET /teams?limit=100&offset=0&query=Zoë",
            "PUT /teams/PUSER01 {'team': {'description': 'x', 'id': 'PUSER01', 'name': 'Zoë', 'type': 'user'}}",
        ],
    ),
    "result": Differs("Objects without `self` in `persist`", "raises UrlError", USER),
}
WITH_BODY = {
    "sent": Differs("Bodies of GET and DELETE", [], ["DELETE /teams/PNOBODY {'reason': 'x'}"]),
    "result": Differs("Bodies of GET and DELETE", "raises TypeError", 204),
}
BY_OBJECT = {
    "sent": Differs("Objects in place of a URL", [], [f"POST /teams {{'team': {dict(sorted(TEAM.items()))}}}"]),
    "result": Differs("Objects in place of a URL", "raises AttributeError", "Night"),
}

WRITING = [
    Case("rpost, of content", lambda it: it.client.rpost("teams", json=TEAM)),
    Case("rpost, of a full body", lambda it: it.client.rpost("teams", json={"team": TEAM})),
    Case("rpost, of a user", lambda it: it.client.rpost("users", json=JANE)),
    Case("rpost, of a service", lambda it: it.client.rpost("services", json=service(it))),
    Case(
        "rpost, of an integration",
        lambda it: it.client.rpost(
            f"services/{it.service}/integrations", json={"type": "events_api_v2_inbound_integration"}
        ),
    ),
    Case(
        "rpost, of a contact method",
        lambda it: it.client.rpost(
            f"users/{it.user}/contact_methods",
            json={"type": "phone_contact_method", "address": "5555550100", "label": "Desk", "country_code": 1},
        ),
    ),
    Case(
        "rpost, of an incident",
        lambda it: it.client.rpost(
            "incidents", json={"type": "incident", "title": "Smoke", "service": reference("service", it.service)}
        ),
    ),
    Case(
        "rpost, of a note", lambda it: it.client.rpost(f"incidents/{it.incident}/notes", json={"content": "Pumps run"})
    ),
    Case(
        "rpost, of a snooze, which has no wrapper to send",
        lambda it: it.client.rpost(f"incidents/{it.incident}/snooze", json={"duration": 3600}),
    ),
    Case(
        "rpost, of overrides, whose answer has no wrapper",
        lambda it: it.client.rpost(f"schedules/{it.schedule}/overrides", json=[override(it)]),
    ),
    Case(
        "rpost, of overrides, as a full body",
        lambda it: it.client.rpost(f"schedules/{it.schedule}/overrides", json={"overrides": [override(it)]}),
    ),
    Case("rpost, of a tag", lambda it: it.client.rpost("tags", json={"type": "tag", "label": "Red"})),
    Case(
        "rpost, of tags to change",
        lambda it: it.client.rpost(f"users/{it.user}/change_tags", json={"add": [{"type": "tag", "label": "Blue"}]}),
    ),
    Case(
        "rpost, of a maintenance window",
        lambda it: it.client.rpost(
            "maintenance_windows",
            json={
                "type": "maintenance_window",
                "start_time": "2026-03-05T00:00:00Z",
                "end_time": "2026-03-05T01:00:00Z",
                "services": [reference("service", it.service)],
            },
        ),
    ),
    Case("rpost, of a business service", lambda it: it.client.rpost("business_services", json={"name": "Shop"})),
    Case(
        "rpost, of service dependencies",
        lambda it: it.client.rpost(
            "service_dependencies/associate",
            json=[
                {
                    "supporting_service": reference("service", it.service),
                    "dependent_service": {"id": "PNOBODY", "type": "business_service_reference"},
                }
            ],
        ),
    ),
    Case("rpost, that is refused", lambda it: it.client.rpost("users", json={**JANE, "email": "no address"})),
    Case("rpost, of a name that is there", lambda it: it.client.rpost("services", json=service(it, "Databases"))),
    Case("rpost, without a body", lambda it: it.client.rpost("teams")),
    Case("rpost, to a path that the API has not", lambda it: it.client.rpost("gadgets", json={})),
    Case(
        "rpost, with another From",
        lambda it: it.client.rpost(
            "incidents",
            json={"type": "incident", "title": "Smoke", "service": reference("service", it.service)},
            headers={"From": "someone@example.com"},
        ),
    ),
    Case("jpost, of a full body", lambda it: it.client.jpost("teams", json={"team": TEAM})),
    Case("jpost, that is refused", lambda it: it.client.jpost("teams", json=TEAM)),
    Case("post, of a full body", lambda it: it.client.post("teams", json={"team": TEAM})),
    Case(
        "post, of text",
        lambda it: it.client.post("teams", data='{"team": {"type": "team", "name": "Text"}}'),
        differs={"warnings": Differs("Text as `data`", ["DeprecationWarning"], [])},
    ),
    Case("post, that is refused", lambda it: it.client.post("teams", json={})),
    Case("post, without a body", lambda it: it.client.post("teams")),
    Case("rput, of content", lambda it: it.client.rput(f"teams/{it.team}", json=TEAM)),
    Case("rput, of a full body", lambda it: it.client.rput(f"teams/{it.team}", json={"team": TEAM})),
    Case("rput, by an object", lambda it: it.client.rput(it.client.rget(f"teams/{it.team}"), json=TEAM)),
    Case(
        "rput, of several incidents", lambda it: it.client.rput("incidents", json=[incident(it, status="acknowledged")])
    ),
    Case(
        "rput, of several incidents as a full body",
        lambda it: it.client.rput("incidents", json={"incidents": [incident(it, status="resolved")]}),
    ),
    Case(
        "rput, of one incident",
        lambda it: it.client.rput(f"incidents/{it.incident}", json={"type": "incident", "title": "Deluge"}),
    ),
    Case(
        "rput, of incidents to merge",
        lambda it: it.client.rput(f"incidents/{it.incident}/merge", json=[reference("incident", it.other_incident)]),
    ),
    Case(
        "rput, of a member, which has no answer",
        lambda it: it.client.rput(f"teams/{it.team}/users/{it.user}", json={"role": "observer"}),
    ),
    Case(
        "rput, of a policy of a team, which has no body",
        lambda it: it.client.rput(f"teams/{it.team}/escalation_policies/{it.escalation_policy}"),
    ),
    Case("rput, of what is not there", lambda it: it.client.rput("teams/PNOBODY", json=TEAM)),
    Case("rput, by an object without self", lambda it: it.client.rput({"id": it.team}, json=TEAM)),
    Case("jput, of a full body", lambda it: it.client.jput(f"teams/{it.team}", json={"team": TEAM})),
    Case("jput, by an object", lambda it: it.client.jput(it.client.rget(f"teams/{it.team}"), json={"team": TEAM})),
    Case(
        "jput, without an answer",
        lambda it: it.client.jput(f"teams/{it.team}/users/{it.user}", json={"role": "manager"}),
    ),
    Case("put, of a full body", lambda it: it.client.put(f"teams/{it.team}", json={"team": TEAM})),
    Case("put, of a member", lambda it: it.client.put(f"teams/{it.team}/users/{it.user}")),
    Case(
        "patch, of a workflow's connection",
        lambda it: it.client.patch("workflows/integrations/P1/connections/P2", json={"name": "x"}),
        (Canned({"name": "x"}),),
    ),
    Case(
        "rpatch, of a workflow's connection",
        lambda it: it.client.rpatch("workflows/integrations/P1/connections/P2", json={"name": "x"}),
        (Canned({"id": "P2", "name": "x"}),),
        differs=WORKFLOW,
    ),
    Case("rdelete, of a path", lambda it: it.client.rdelete(f"teams/{it.client.rpost('teams', json=TEAM)['id']}")),
    Case("rdelete, of an object", lambda it: it.client.rdelete(it.client.rpost("teams", json=TEAM))),
    Case("rdelete, of what is not there", lambda it: it.client.rdelete("teams/PNOBODY")),
    Case("rdelete, of an object without self", lambda it: it.client.rdelete({"id": it.team})),
    Case(
        "rdelete, of a member",
        lambda it: it.client.rdelete(f"teams/{it.client.rpost('teams', json=TEAM)['id']}/users/{it.user}"),
    ),
    Case("delete, of a path", lambda it: it.client.delete(f"teams/{it.client.rpost('teams', json=TEAM)['id']}")),
    Case("delete, with params", lambda it: it.client.delete("teams/PNOBODY", params={"reassignment_team": it.team})),
    Case("persist, of what is new", lambda it: it.client.persist("teams", "name", TEAM), everywhere=NO_TOTAL),
    Case("persist, twice", lambda it: twice(it, update=False), everywhere=NO_TOTAL),
    Case("persist, twice, to update", lambda it: twice(it, update=True), everywhere=NO_TOTAL),
    Case(
        "persist, of what is so already",
        lambda it: it.client.persist("teams", "name", {"name": "Platform"}, update=True),
        everywhere=NO_TOTAL,
    ),
    Case("persist, by another attribute", lambda it: it.client.persist("users", "email", JANE), everywhere=NO_TOTAL),
    Case(
        "persist, that is refused",
        lambda it: it.client.persist("users", "email", {"email": "no address", "type": "user", "name": "x"}),
        everywhere=NO_TOTAL,
    ),
    Case(
        "default_from, with a key of an account",
        lambda it: it.made("RestApiV2Client", "account-key-of-the-contract", default_from="owner@example.com").rput(
            "incidents", json=[incident(it, status="acknowledged")]
        ),
    ),
    Case(
        "no default_from, with a key of an account",
        lambda it: it.made("RestApiV2Client", "account-key-of-the-contract").rput(
            "incidents", json=[incident(it, status="acknowledged")]
        ),
    ),
    Case(
        "a key that may only read",
        lambda it: it.made("RestApiV2Client", "readonly-key-of-the-contract").rpost("teams", json=TEAM),
    ),
    Case(
        "params and json stay as they were",
        lambda it: kept(it, "rpost", "teams", json={**TEAM}, params={"include": ["a"]}),
    ),
    Case(
        "an answer without a body, where there should be one",
        lambda it: it.client.rput(f"teams/{it.team}", json=TEAM),
        (EMPTY,),
        differs={"result": Differs("Responses without a body", 'raises ServerHttpError 204 ""', None)},
    ),
    Case(
        "a field that is named like the wrapper",
        lambda it: it.client.rpost("teams", json={"team": "Night", "name": "x"}),
        (Canned({"team": USER}, 201),),
        differs={
            "sent": Differs(
                "Fields named like the wrapper",
                ["POST /teams {'name': 'x', 'team': 'Night'}"],
                ["POST /teams {'team': {'name': 'x', 'team': 'Night'}}"],
            )
        },
    ),
    Case(
        "persist, of an object without self",
        lambda it: it.client.persist("teams", "name", {"name": "Zoë", "description": "x"}, update=True),
        (page(USER, wrapper="teams"), Canned({"team": USER})),
        everywhere=NO_TOTAL,
        differs=WITHOUT_SELF,
    ),
    Case(
        "rdelete, with a body",
        lambda it: it.client.rdelete("teams/PNOBODY", json={"reason": "x"}).status_code,
        (EMPTY,),
        differs=WITH_BODY,
    ),
    Case(
        "rpost, by an object",
        lambda it: it.client.rpost({"self": f"{it.url}/teams"}, json=TEAM)["name"],
        differs=BY_OBJECT,
    ),
    Case(
        "persist, without the attribute",
        lambda it: it.client.persist("teams", "name", {"description": "x"}),
        differs={"result": Differs("Wrong arguments", "raises ValueError", "raises UrlError")},
    ),
]
