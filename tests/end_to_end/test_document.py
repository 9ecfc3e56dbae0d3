"""Documents of rules on a whole account: in which order the requests of a change come, and what a cut at any of them leaves."""

from __future__ import annotations

from typing import Any

from pdsync.apply import Watch
from pdsync.client import RestApiV2Client
from pdsync.engine import ApplyRequest, carry_out_plan
from pdsync.model import Resource
from pdsync.sandbox import SandboxServer
from tests.support.world import converge, plan_for, policy, resource, service, user

_WRITES = ["POST", "PUT", "DELETE"]
_FAULTS: dict[str, dict[str, Any]] = {
    "drop before": {"type": "drop", "when": "before"},
    "500 after commit": {"type": "error", "status": 500, "commit": True},
}


def variable(name: str) -> dict[str, Any]:
    return {"name": name, "type": "recent_value", "source": "event.source", "regex": "(.*)"}


def rule(label: str, **more: Any) -> dict[str, Any]:
    return {"label": label, **more}


def company(
    old: str, severity: str, router: list[dict[str, Any]], service_rules: list[dict[str, Any]]
) -> list[Resource]:
    spec = {
        "cache_variables": [variable(old)],
        "cache_variables_mode": "exclusive",
        "global": {"start": [rule("seen", **{"if": f"cache_var.{old} exists"}, severity=severity)]},
        "router": router,
    }
    return [
        user("ana"),
        policy("first", {"user": "ana"}),
        service("shop", "first", event_orchestration={"start": service_rules}),
        resource("EventOrchestration", "prod", spec),
    ]


def documents(client: RestApiV2Client) -> tuple[Any, ...]:
    """What is held: rules with their labels and what they do, and the names of cache variables."""
    found, shop = client.find("event_orchestrations", "prod"), client.find("services", "shop")
    assert found is not None
    assert shop is not None
    path = f"event_orchestrations/{found['id']}"
    held = [client.rget(f"{path}/{name}") for name in ("global", "router")]
    held.append(client.rget(f"event_orchestrations/services/{shop['id']}"))
    rules = [[(it["label"], it["actions"]) for it in document["sets"][0]["rules"]] for document in held]
    return *rules, sorted(it["name"] for it in client.list_all(f"{path}/cache_variables"))


BEFORE = company("old", "info", [rule("all", route_to="shop")], [rule("note", annotate="Look.")])
AFTER = company(
    "new", "warning", [rule("db", **{"if": "event.source exists"}, route_to="shop")], [rule("low", suppress=True)]
)


def test_it_is_cut_at_any_write_and_the_next_run_completes_it(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    """The requests come in an order that never leaves a rule without what it needs: variables are added before the rules that read
    them and removed after, and the ownership line is written last."""
    converge(client, BEFORE)
    start = sandbox.control.state()
    plan, asked = plan_for(client, AFTER), len(sandbox.requests())
    assert carry_out_plan(client, ApplyRequest(plan)).exit_code == 0
    writes = [(it["method"], it["path"]) for it in sandbox.requests()[asked:] if it["method"] != "GET"]
    found = client.find("event_orchestrations", "prod")
    assert found is not None
    own = f"/event_orchestrations/{found['id']}"
    mine = [f"{method} {path.removeprefix(own).split('/')[1:2]}" for method, path in writes if path.startswith(own)]
    assert mine == [
        "POST ['cache_variables']",
        "PUT ['global']",
        "PUT ['router']",
        "DELETE ['cache_variables']",
        "PUT []",
    ]
    wanted = documents(client)
    client.max_network_attempts = 0  # or no run would end before a request was sent again
    for name, action in _FAULTS.items():
        for nth in range(1, len(writes) + 1):
            sandbox.control.restore(start)
            plan = plan_for(client, AFTER)
            sandbox.control.set_faults({"rules": [{"match": {"method": _WRITES, "nth": nth}, "action": action}]})
            first = carry_out_plan(client, ApplyRequest(plan), Watch(sleep=lambda seconds: None))
            sandbox.control.clear_faults()
            assert first.exit_code in (0, 1, 3, 6), (name, nth, first)
            assert carry_out_plan(client, ApplyRequest(plan_for(client, AFTER))).exit_code == 0, (name, nth, first)
            assert documents(client) == wanted, (name, nth)
