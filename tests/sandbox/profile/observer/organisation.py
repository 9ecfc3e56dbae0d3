from __future__ import annotations

from tests.sandbox.account import Account, ref
from tests.sandbox.fault.struck import strike


def incident_in_maintenance(account: Account) -> str:
    service = account.service()
    window = {"start_time": "2020-01-01T00:00:00Z", "end_time": "2099-01-01T00:00:00Z", "services": [ref(service)]}
    account.post("/maintenance_windows", "maintenance_window", {"type": "maintenance_window", **window})
    incident = {"type": "incident", "title": "Fire", "service": ref(service)}
    answer = account.call("POST", "/incidents", {"incident": incident})
    return {201: "made", 400: "refused"}[answer.status_code]


def dependencies_at_once(account: Account) -> str:
    """Another client is served after the request has arrived and before it is carried out."""
    services = [account.service() for _ in range(3)]
    first, second = (
        {"relationships": [{"supporting_service": ref(services[0]), "dependent_service": ref(it)}]}
        for it in services[1:]
    )
    status = _status_beside(account, "/service_dependencies/associate", first, second)
    path = f"/service_dependencies/technical_services/{services[0]['id']}"
    assert len(account.get(path)["relationships"]) == {200: 2, 500: 1}[status]
    return {200: "carried_out", 500: "refused"}[status]


def tags_at_once(account: Account) -> str:
    team, other = account.team(), account.team()
    first, second = ({"add": [{"type": "tag", "label": it}]} for it in ("EMEA", "Tier 1"))
    path = f"/teams/{team['id']}/change_tags"
    assert _status_beside(account, f"/teams/{other['id']}/change_tags", first, second, beside=path) == 200
    status = _status_beside(account, path, first, second)
    labels = [it["label"] for it in account.get(f"/teams/{team['id']}/tags")["tags"]]
    assert labels == {200: ["EMEA", "Tier 1"], 400: ["EMEA"]}[status]
    return {200: "carried_out", 400: "refused"}[status]


def _status_beside(account: Account, path: str, first: object, second: object, beside: str = "") -> int:
    """Of the second request; the first one comes between its arrival and its turn."""
    requests = [{"method": "POST", "path": beside or path, "body": first}]
    strike(account, {"type": "edit", "when": "before", "requests": requests}, method="POST", path=path, times=1)
    answer = account.call("POST", path, second)
    if answer.status_code == 400:
        assert answer.headers["Content-Type"].startswith("text/html")
        assert answer.text == "Bad Request"
    return answer.status_code
