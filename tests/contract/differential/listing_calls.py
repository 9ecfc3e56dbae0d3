"""Listing calls: by offset and by cursor, as lists and dictionaries, with hooks, and the search for one object."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tests.contract.differential.case import Case, Differs
from tests.contract.differential.recorder import Canned
from tests.contract.differential.session import Session, each

NO_TOTAL = ("`total=false`",)
SINCE, UNTIL = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC)
USER = {"id": "PUSER01", "type": "user", "name": "Zoë"}


def listing(name: str, call: Callable[[Session], Any], canned: tuple[Canned, ...] = (), **differs: Differs) -> Case:
    return Case(name, call, canned, everywhere=NO_TOTAL, differs=differs)


def page(*items: Any, more: bool = False, wrapper: str = "users", **fields: Any) -> Canned:
    return Canned({wrapper: list(items), "limit": 100, "offset": 0, "more": more, "total": None, **fields})


def hooked(it: Session, method: str, url: str, **options: Any) -> Any:
    """What the hook of a listing was called with."""
    seen: list[Any] = []
    each(iter(getattr(it.client, method)(url, item_hook=lambda *arguments: seen.append(arguments), **options)), 1000)
    return [[item["id"], number, total] for item, number, total in seen]


def sized(it: Session, size: int) -> Session:
    it.client.default_page_size = size
    return it


def full_pages(path: str, first: int) -> Differs:
    """The requests for two pages, of which the first has this many objects."""
    begin = f"GET /{path}?limit=100&offset=0"
    rest = f"GET /{path}?limit={{}}&offset={first}"
    return Differs("The size of the next page", [begin, rest.format(first)], [begin, rest.format(100)])


def by_cursor(query: str = "") -> dict[str, Differs]:
    name = "Cursors in `iter_all`"
    return {"sent": Differs(name, [], [f"GET /audit/records?limit=100{query}"]), "result": Differs(name, False, True)}


LISTING = [
    listing("list_all, of users", lambda it: it.client.list_all("users")),
    listing("list_all, in pages", lambda it: it.client.list_all("users", page_size=8)),
    listing("list_all, in pages of the client", lambda it: sized(it, 9).client.list_all("users")),
    listing("list_all, with a limit in params", lambda it: it.client.list_all("users", params={"limit": 10})),
    listing("list_all, from an offset", lambda it: it.client.list_all("users", params={"offset": 18})),
    listing("list_all, from an offset in text", lambda it: it.client.list_all("users", params={"offset": "18"})),
    listing("list_all, with a filter", lambda it: it.client.list_all("users", params={"team_ids": [it.team]})),
    listing(
        "list_all, with includes",
        lambda it: it.client.list_all("services", params={"include": ["teams", "integrations"]}),
    ),
    listing("list_all, with a query", lambda it: it.client.list_all("services", params={"query": "a"}, page_size=3)),
    listing("list_all, of a whole address", lambda it: it.client.list_all(f"{it.url}/teams")),
    listing("list_all, of escalation policies", lambda it: it.client.list_all("escalation_policies", page_size=4)),
    listing("list_all, of schedules", lambda it: it.client.list_all("schedules", page_size=4)),
    listing("list_all, of incidents", lambda it: it.client.list_all("incidents", params={"statuses": ["triggered"]})),
    listing("list_all, of log entries", lambda it: it.client.list_all("log_entries", params={"is_overview": True})),
    listing(
        "list_all, of an incident's log entries", lambda it: it.client.list_all(f"incidents/{it.incident}/log_entries")
    ),
    listing("list_all, of an incident's alerts", lambda it: it.client.list_all(f"incidents/{it.incident}/alerts")),
    listing("list_all, of a team's members", lambda it: it.client.list_all(f"teams/{it.team}/members", page_size=2)),
    listing("list_all, of vendors", lambda it: it.client.list_all("vendors")),
    listing("list_all, of who is on call", lambda it: it.client.list_all("oncalls", page_size=10)),
    listing("list_all, of maintenance windows", lambda it: it.client.list_all("maintenance_windows")),
    listing("list_all, of tags", lambda it: it.client.list_all("tags")),
    listing("list_all, of business services", lambda it: it.client.list_all("business_services")),
    Case("list_all, with a count", lambda it: it.client.list_all("users", page_size=15, total=True)),
    Case("list_all, without a word of a count", lambda it: it.client.list_all("users", page_size=15, total=None)),
    Case("list_all, of audit records", lambda it: any(it.client.list_all("audit/records")), differs=by_cursor()),
    Case("list_all, of a path that the API has not", lambda it: it.client.list_all("gadgets")),
    Case("list_all, of one user", lambda it: it.client.list_all(f"users/{it.user}")),
    Case("list_all, of something without a wrapper", lambda it: it.client.list_all("analytics/raw/incidents/P1")),
    listing(
        "list_all, with a page that fails",
        lambda it: it.client.list_all("users"),
        (page(USER, more=True), Canned({}, 500)),
        sent=full_pages("users", 1),
    ),
    listing(
        "list_all, of an answer without its wrapper", lambda it: it.client.list_all("users"), (Canned({"people": []}),)
    ),
    listing("list_all, of an answer that is a list", lambda it: it.client.list_all("users"), (Canned([USER]),)),
    listing("list_all, of an answer that is no JSON", lambda it: it.client.list_all("users"), (Canned("<html>"),)),
    listing(
        "list_all, of smaller pages than asked for",
        lambda it: it.client.list_all("users"),
        (page(USER, USER, more=True), page(USER)),
        sent=full_pages("users", 2),
    ),
    listing("iter_all, of which the first are read", lambda it: each(it.client.iter_all("users", page_size=5), 7)),
    listing("dict_all, by id", lambda it: it.client.dict_all("teams")),
    listing("dict_all, by email", lambda it: it.client.dict_all("users", by="email", page_size=11)),
    listing("dict_all, by what no object has", lambda it: it.client.dict_all("teams", by="colour")),
    Case("iter_cursor, of audit records", lambda it: it.client.iter_cursor("audit/records", page_size=30)),
    Case(
        "iter_cursor, with params",
        lambda it: it.client.iter_cursor("audit/records", params={"limit": 50, "actions": ["create"]}),
    ),
    Case("iter_cursor, in pages of the client", lambda it: sized(it, 60).client.iter_cursor("audit/records")),
    Case("iter_cursor, of a user's audit records", lambda it: it.client.iter_cursor(f"users/{it.user}/audit/records")),
    Case("iter_cursor, of a list that has none", lambda it: it.client.iter_cursor("users")),
    Case(
        "iter_cursor, of a page that fails",
        lambda it: it.client.iter_cursor("audit/records"),
        (page({"id": "1"}, wrapper="records", next_cursor="x"), Canned({}, 503)),
    ),
    Case(
        "iter_cursor, of an empty page in between",
        lambda it: it.client.iter_cursor("audit/records"),
        (page(wrapper="records", next_cursor="x"), page({"id": "1"}, wrapper="records")),
    ),
    Case("iter_cursor, with a hook", lambda it: hooked(it, "iter_cursor", "audit/records", page_size=70)),
    Case("iter_all, with a hook and a count", lambda it: hooked(it, "iter_all", "users", page_size=9, total=True)),
    Case("get_total, of users", lambda it: it.client.get_total("users")),
    Case(
        "get_total, with a filter",
        lambda it: it.client.get_total("users", params={"query": "a", "team_ids": [it.team]}),
    ),
    Case(
        "get_total, of an answer that does not tell", lambda it: it.client.get_total("users"), (Canned({"users": []}),)
    ),
    Case(
        "get_total, that fails", lambda it: it.client.get_total("users"), (Canned({"error": {"message": "No"}}, 403),)
    ),
    listing("find, by name", lambda it: it.client.find("services", "Databases")),
    listing("find, in other letter case", lambda it: it.client.find("services", "DATABASES")),
    listing("find, by another attribute", lambda it: it.client.find("users", "owner@example.com", attribute="email")),
    listing("find, with params", lambda it: it.client.find("users", "Ruth Adeyemi", params={"include": ["teams"]})),
    listing("find, of what is not there", lambda it: it.client.find("teams", "Nowhere")),
    listing("find, of a part of a name", lambda it: it.client.find("services", "Data")),
    listing("find, that fails", lambda it: it.client.find("teams", "Platform"), (Canned({}, 404),)),
    Case("find, in a path that the API has not", lambda it: it.client.find("gadgets", "One")),
    Case(
        "iter_history, of log entries",
        lambda it: it.client.iter_history("log_entries", SINCE, UNTIL),
        everywhere=("Times in UTC", *NO_TOTAL),
    ),
    Case(
        "iter_history, of incidents, with params",
        lambda it: it.client.iter_history("incidents", SINCE, UNTIL, params={"statuses": ["triggered"]}),
        everywhere=("Times in UTC", *NO_TOTAL),
    ),
    Case(
        "iter_history, of audit records",
        lambda it: any(it.client.iter_history("audit/records", SINCE, UNTIL)),
        differs=by_cursor("&since=2026-03-01T00:00:00Z&until=2026-03-03T00:00:00Z"),
    ),
    Case(
        "iter_history, of nothing",
        lambda it: it.client.iter_history("log_entries", SINCE.replace(year=2020), SINCE.replace(year=2020, month=4)),
        everywhere=("Times in UTC",),
    ),
    Case("iter_history, of a list without times", lambda it: it.client.iter_history("users", SINCE, UNTIL)),
    listing("iter_incident_notes, of all", lambda it: it.client.iter_incident_notes()),
    listing("iter_incident_notes, of one incident", lambda it: it.client.iter_incident_notes(it.incident)),
    listing(
        "iter_incident_notes, of one incident and teams",
        lambda it: it.client.iter_incident_notes(it.incident, params={"team_ids": [it.team], "include": ["channels"]}),
    ),
    listing(
        "iter_incident_notes, of one incident and teams[]",
        lambda it: it.client.iter_incident_notes(it.incident, params={"team_ids[]": [it.team]}),
    ),
    listing("iter_incident_notes, of teams", lambda it: it.client.iter_incident_notes(params={"team_ids": [it.team]})),
    Case("iter_alert_grouping_settings, of all", lambda it: it.client.iter_alert_grouping_settings()),
    Case("iter_alert_grouping_settings, in pages", lambda it: it.client.iter_alert_grouping_settings(limit=3)),
    Case("iter_alert_grouping_settings, of a service", lambda it: it.client.iter_alert_grouping_settings([it.service])),
    Case(
        "iter_analytics_raw_incidents, in pages",
        lambda it: it.client.iter_analytics_raw_incidents({"urgency": "high"}, limit=1, time_zone="Etc/UTC"),
        (
            Canned({"data": [{"id": "1"}], "last": "1", "more": True}),
            Canned({"data": [{"id": "2"}], "last": "2", "more": False}),
        ),
    ),
    Case(
        "iter_analytics_raw_incidents, in another order",
        lambda it: it.client.iter_analytics_raw_incidents({}, "asc", "seconds_to_resolve"),
        (Canned({"data": [], "more": False}),),
    ),
    Case(
        "iter_analytics_raw_incidents, that fails",
        lambda it: it.client.iter_analytics_raw_incidents({}),
        (Canned({}, 400),),
    ),
]
