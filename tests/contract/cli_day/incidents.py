"""Incidents, from the alert to the end."""

from __future__ import annotations

from tests.support.pagerduty_cli import PagerDutyCli


def alerts(pd: PagerDutyCli) -> None:
    key = pd.row("integration", name="Monitoring")["integration_key"]
    event = f'-r {key} --summary "Disk full" --source db1 --severity critical -d disk-db1'
    more = "-k disk.used -v 97 --jsonvalues -L https://example.com/graph -T Graph"
    client = "-I https://example.com/graph.png -c Nagios -u https://example.com --component disk"
    assert pd(f"event alert {event} {more} {client}").stdout == "Event processed, dedup key disk-db1\n"
    incident = pd.row("incident", title="Disk full")
    assert pd("incident list -p").id == incident["id"]
    assert pd.row("alert", alert_key="disk-db1")["severity"] == "critical"
    assert len(pd(f"incident alerts -i {incident['id']} --csv").rows) == 1
    pd(f"event alert {event} -a acknowledge")
    assert pd.row("incident", id=incident["id"])["status"] == "acknowledged"
    assert pd(f"event alert {event} -a resolve -p").id == "disk-db1"
    assert pd.row("incident", id=incident["id"])["status"] == "resolved"
    change = '--summary "Deployed 1.2" --source ci -k build -v 12 -L https://example.com/12'
    assert pd(f"event change -r {key} {change}").stdout == "Change event processed\n"
    assert pd.row("change_event", summary="Deployed 1.2")["source"] == "ci"
    unknown = "0" * 32
    assert pd(f"event alert -r {unknown} --summary x --source x --severity info", status=1).stderr


def open_incidents(pd: PagerDutyCli) -> None:
    details = '-t "Payments fail" -d "All of them" -u high -P P2 -k shop'
    fire = pd(f"incident create -S Checkout {details} -p").id
    cart = pd.row("service", name="Cart")["id"]
    pd(f'incident create --service_id {cart} -t "Cart is empty" -U jon@example.com -F owner@example.com')
    shown = {it["id"]: it for it in pd.get("/incidents")["incidents"]}
    assert shown[fire]["priority"]["summary"] == "P2"
    assert shown[fire]["assignments"][0]["assignee"]["summary"] == "Iris Lane"
    columns = "--columns=Status,Priority,Urgency,Title,Service,Assigned to"
    assert pd(f'incident list --csv "{columns}"').rows == [
        ["triggered", "P2", "high", "Payments fail", "Checkout", "Iris Lane"],
        ["triggered", "", "high", "Cart is empty", "Cart", "Jon Lane"],
    ]
    chosen = "-s open -u high -e iris -S Check -t Pay --notes"
    assert [row[0] for row in pd(f"incident list {chosen} --csv").rows] == [fire]
    assert pd("incident list -X Checkout -s triggered -p").id == fire
    assert pd("incident list -s resolved --columns=Title --csv").rows == [["Disk full"]]
    pd("incident create -S Nothing -t x", status=1)


def work_on_incident(pd: PagerDutyCli) -> None:
    fire = pd.row("incident", title="Payments fail")["id"]

    def now() -> dict[str, object]:
        return dict(pd.get(f"/incidents/{fire}")["incident"])

    pd(f"incident ack -i {fire}")
    assert now()["status"] == "acknowledged"
    pd(f"incident ack -i {fire} -z 2h")  # a PUT with a duration, which the sandbox passes over
    assert now()["status"] == "acknowledged"
    pd(f"incident assign -i {fire} -U jon@example.com")
    assert [it["assignee"]["summary"] for it in pd.get(f"/incidents/{fire}")["incident"]["assignments"]] == ["Jon Lane"]
    pd(f'incident assign -i {fire} -E "Payments at night"')
    assert [it["assignee"]["summary"] for it in pd.get(f"/incidents/{fire}")["incident"]["assignments"]] == [
        "Iris Lane"
    ]
    pd(f'incident notes -i {fire} -n "The provider is down"')
    assert [row[2:] for row in pd(f"incident notes -i {fire} --csv").rows] == [
        ["Account Owner", "The provider is down"]
    ]
    pd(f"incident priority -i {fire} -n P1")
    pd(f'incident rename -i {fire} -t "All payments fail"')
    pd('incident rename -p --prefix "SEV1: "', stdin=f"{fire}\n")
    pd(f"incident set -i {fire} -k urgency -v low")
    assert (now()["title"], now()["urgency"]) == ("SEV1: All payments fail", "low")
    assert pd.get(f"/incidents/{fire}")["incident"]["priority"]["summary"] == "P1"
    types = {row[2] for row in pd(f"incident log -i {fire} --csv").rows}
    assert {f"{it}_log_entry" for it in ("trigger", "acknowledge", "assign", "annotate", "urgency_change")} <= types
    pd(f"incident log -i {fire} -O")


def responders(pd: PagerDutyCli) -> None:
    fire = pd.row("incident", title="SEV1: All payments fail")["id"]
    pd(f"incident responder add -i {fire} -U jon@example.com -E Payments")
    listed = pd(f"incident responder list -i {fire} --csv").rows
    asked = [["user", "Jon Lane", "Jon Lane"], ["escalation_policy", "Payments", "Iris Lane"]]
    assert [[row[3], row[5], row[8]] for row in listed] == asked
    pd(f"incident subscriber add -i {fire} -U iris@example.com -T Payments")
    listed = pd(f"incident subscriber list -i {fire} --csv").rows
    assert sorted(row[2:4] for row in listed) == [["Iris Lane", "user"], ["Payments", "team"]]
    pd(f'incident subscriber update -i {fire} --message "Half of them work again"')
    assert pd.row("status_update", parent=fire)["message"] == "Half of them work again"
    pd(f"incident subscriber remove -i {fire} -U iris@example.com")
    left = pd.get(f"/incidents/{fire}/status_updates/subscribers")["subscribers"]
    assert [it["subscriber_type"] for it in left] == ["team"]


def resolving(pd: PagerDutyCli) -> None:
    fire, empty = (pd.row("incident", title=title)["id"] for title in ("SEV1: All payments fail", "Cart is empty"))
    pd(f"incident merge -I {fire} -i {empty}")
    assert pd.row("incident", id=empty)["status"] == "resolved"
    open_ones = pd("incident list -p").stdout
    pd("incident resolve -p", stdin=open_ones)
    assert pd.row("incident", id=fire)["status"] == "resolved"
    assert "No incidents found" in pd("incident list").stderr
    assert [row[0] for row in pd(f"incident analytics -i {fire} --csv").rows] == [fire]
