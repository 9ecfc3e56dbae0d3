"""Services and what hangs on them."""

from __future__ import annotations

from tests.support.pagerduty_cli import PagerDutyCli


def services(pd: PagerDutyCli) -> None:
    policy = pd.row("escalation_policy", name="Payments")["id"]
    pd("service create -n Checkout -d Sells -E Payments -r 240 -t 30 --create_alerts")
    pd(f"service create -n Cart -e {policy} -u severity_based --Gi -p")
    hours = "--Ss 09:00 --Se 17:00 --Sd 1 --Sd 2 --Uo low"
    pd(f"service create -n Reports -e {policy} -u use_support_hours {hours} --Ud high --Uc")
    checkout, cart, reports = (pd.row("service", name=name) for name in ("Checkout", "Cart", "Reports"))
    assert (checkout["auto_resolve_timeout"], checkout["acknowledgement_timeout"]) == (14400, 1800)
    assert cart["incident_urgency_rule"] == {"type": "constant", "urgency": "severity_based"}
    assert reports["support_hours"]["days_of_week"] == [1, 2]
    assert [row[2] for row in pd("service list --csv").rows] == ["Cart", "Checkout", "Reports"]
    assert pd("service list -n Check -p").id == checkout["id"]
    pd("service disable -n Cart")
    assert pd.get(f"/services/{cart['id']}")["service"]["status"] == "disabled"
    pd(f"service enable -i {cart['id']}")
    assert pd.get(f"/services/{cart['id']}")["service"]["status"] == "active"
    attributes = '-k description -v "Takes money" -k auto_resolve_timeout -v 7200 --jsonvalues'
    pd(f"service set -N Checkout {attributes}")
    changed = pd.row("service", name="Checkout")
    assert (changed["description"], changed["auto_resolve_timeout"]) == ("Takes money", 7200)


def integrations(pd: PagerDutyCli) -> None:
    """The client has no command for them."""
    checkout = pd.row("service", name="Checkout")["id"]
    body = {"integration": {"type": "events_api_v2_inbound_integration", "name": "Monitoring"}}
    made = pd.send("post", f"services/{checkout}/integrations", body)
    assert made["integration"]["integration_key"] == pd.row("integration", name="Monitoring")["integration_key"]


def tags(pd: PagerDutyCli) -> None:
    team, policy = pd.row("team", name="Payments")["id"], pd.row("escalation_policy", name="Payments")["id"]
    pd(f"tag assign -A Gold -U iris@example.com -t {team} -e {policy}")
    assert [row[1] for row in pd("tag list --csv").rows] == ["Gold"]
    assert [row[2] for row in pd("tag listobjects -n Gold --csv").rows] == [
        "user",
        "team",
        "escalation_policy",
    ]
    pd("tag assign -R Gold -U iris@example.com")
    assert pd.get(f"/users/{pd.row('user', name='Iris Lane')['id']}/tags")["tags"] == []


def business_services(pd: PagerDutyCli) -> None:
    shop = pd("bs create -n Shop -d Sells -c Iris -T Payments -p").id
    assert [row[1:] for row in pd("bs list --csv").rows] == [["Shop", "Sells", "Iris"]]
    pd("bs subscriber add -n Shop -U iris@example.com -T Payments")
    listed = pd(f"bs subscriber list -i {shop} --csv").rows
    assert sorted(row[1:3] for row in listed) == [["team", "Payments"], ["user", "Iris Lane"]]
    pd(f"bs subscriber remove -i {shop} -U iris@example.com")
    left = pd.get(f"/business_services/{shop}/subscribers")["subscribers"]
    assert [it["subscriber_type"] for it in left] == ["team"]
