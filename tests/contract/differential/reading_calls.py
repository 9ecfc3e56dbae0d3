"""Reading calls: single objects, lists, and the three families of methods."""

from __future__ import annotations

from tests.contract.differential.case import Case

READING = [
    Case("get, of a path", lambda it: it.client.get(f"users/{it.user}")),
    Case("get, of a path with a slash", lambda it: it.client.get(f"/users/{it.user}")),
    Case("get, of a whole address", lambda it: it.client.get(f"{it.url}/users/{it.user}")),
    Case("get, with a query in the path", lambda it: it.client.get("users?limit=2&query=Ruth")),
    Case("get, of what is not there", lambda it: it.client.get("users/PNOBODY")),
    Case("get, of a path that no API has", lambda it: it.client.get("no/such/path")),
    Case("get, of a path that the table does not have", lambda it: it.client.get("response_plays")),
    Case("jget, of a path that no API has", lambda it: it.client.jget("no/such/path")),
    Case("rget, of a path that no API has", lambda it: it.client.rget("no/such/path")),
    Case("jget, of a user", lambda it: it.client.jget(f"users/{it.user}")),
    Case("jget, of a list", lambda it: it.client.jget("users", params={"limit": 3})),
    Case("jget, of what is not there", lambda it: it.client.jget("users/PNOBODY")),
    Case("jget, of an object", lambda it: it.client.jget(it.client.rget(f"users/{it.user}"))),
    Case("rget, of a path", lambda it: it.client.rget(f"users/{it.user}")),
    Case("rget, of a whole address", lambda it: it.client.rget(f"{it.url}/users/{it.user}")),
    Case("rget, of an object", lambda it: it.client.rget(it.client.rget(f"services/{it.service}"))),
    Case(
        "rget, of a reference", lambda it: it.client.rget(it.client.rget(f"services/{it.service}")["escalation_policy"])
    ),
    Case("rget, of an object without self", lambda it: it.client.rget({"id": it.user, "type": "user"})),
    Case("rget, of a number", lambda it: it.client.rget(12)),
    Case("rget, of None", lambda it: it.client.rget(None)),
    Case("rget, of what is not there", lambda it: it.client.rget("users/PNOBODY")),
    Case("rget, of a list", lambda it: it.client.rget("users", params={"limit": 2})),
    Case("rget, of another host", lambda it: it.client.rget("https://api.example.com/users")),
    Case("rget, with one value of a filter", lambda it: it.client.rget("users", params={"query": "Ruth"})),
    Case(
        "rget, with a list of values",
        lambda it: it.client.rget("users", params={"include": ["teams", "contact_methods"], "limit": 1}),
    ),
    Case(
        "rget, with a list of values named with []",
        lambda it: it.client.rget("users", params={"include[]": ["teams"], "limit": 1}),
    ),
    Case(
        "rget, with a value named with []",
        lambda it: it.client.rget("users", params={"include[]": "teams", "limit": 1}),
    ),
    Case("rget, with True", lambda it: it.client.rget("users", params={"total": True, "limit": 1})),
    Case(
        "rget, with letters that need escaping", lambda it: it.client.rget("users", params={"query": "Zoë & Søn/100%"})
    ),
    Case(
        "rget, with headers",
        lambda it: it.client.rget("users", params={"limit": 1}, headers={"X-Early-Access": "things"}),
    ),
    Case("rget, of a user's contact methods", lambda it: it.client.rget(f"users/{it.user}/contact_methods")),
    Case("rget, of a user's notification rules", lambda it: it.client.rget(f"users/{it.user}/notification_rules")),
    Case("rget, of the user of the key", lambda it: it.client.rget("users/me")),
    Case("rget, of abilities", lambda it: it.client.rget("abilities")),
    Case("rget, of one ability", lambda it: it.client.rget("abilities/teams")),
    Case("rget, of a team's members", lambda it: it.client.rget(f"teams/{it.team}/members")),
    Case("rget, of a schedule", lambda it: it.client.rget(f"schedules/{it.schedule}", params={"time_zone": "UTC"})),
    Case(
        "rget, of those who are on call",
        lambda it: it.client.rget("oncalls", params={"limit": 4, "include": ["users"]}),
    ),
    Case("rget, of priorities", lambda it: it.client.rget("priorities")),
    Case("rget, of vendors", lambda it: it.client.rget("vendors", params={"limit": 3})),
    Case("rget, of extension schemas", lambda it: it.client.rget("extension_schemas", params={"limit": 3})),
    Case("rget, of an incident", lambda it: it.client.rget(f"incidents/{it.incident}")),
    Case("rget, of alerts", lambda it: it.client.rget(f"incidents/{it.incident}/alerts")),
    Case("rget, of licenses", lambda it: it.client.rget("licenses")),
    Case("rget, of a user's license", lambda it: it.client.rget(f"users/{it.user}/license")),
    Case("rget, of an integration", lambda it: it.client.rget(f"services/{it.service}/integrations/{it.integration}")),
    Case(
        "rget, of services of an integration's schedule users",
        lambda it: it.client.rget(
            f"schedules/{it.schedule}/users", params={"since": "2026-03-02T00:00:00Z", "until": "2026-03-09T00:00:00Z"}
        ),
    ),
    Case(
        "get, by a key of an account",
        lambda it: it.made("RestApiV2Client", "account-key-of-the-contract").get("users/me"),
    ),
    Case(
        "get, by an OAuth token",
        lambda it: it.made("RestApiV2Client", "pdus+token-of-the-contract", auth_type="bearer").get("priorities"),
    ),
    Case(
        "get, by an OAuth token, other word",
        lambda it: it.made("RestApiV2Client", "pdus+token-of-the-contract", auth_type="oauth2").get("priorities"),
    ),
    Case("request, in small letters", lambda it: it.client.request("get", "priorities")),
    Case("request, with a method that the API has not", lambda it: it.client.request("OPTIONS", "users")),
    Case("head, which the API has not", lambda it: it.client.head("users")),
]
