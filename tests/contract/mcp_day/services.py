"""Services and what hangs on them."""

from __future__ import annotations

from tests.support.pagerduty_mcp import PagerDutyMcp


def services(mcp: PagerDutyMcp) -> None:
    policy, team = mcp.row("escalation_policy", name="Payments")["id"], mcp.row("team", name="Payments")["id"]
    for name in ("Checkout", "Cart"):
        data = {"name": name, "description": f"The {name.lower()}", "escalation_policy": {"id": policy}}
        assert mcp("create_service", service_data={"service": data})["name"] == name
    checkout = mcp.row("service", name="Checkout")
    assert checkout["description"] == "The checkout"
    data = {"name": "Checkout", "description": "Takes money", "escalation_policy": {"id": policy}}
    mcp("update_service", service_id=checkout["id"], service_data={"service": data})
    assert mcp.row("service", name="Checkout")["description"] == "Takes money"
    assert mcp("get_service", service_id=checkout["id"])["status"] == "active"
    assert [it["name"] for it in mcp("list_services")] == ["Cart", "Checkout"]
    assert [it["id"] for it in mcp("list_services", query="check", teams_ids=[team])] == [checkout["id"]]
    [on_call] = mcp("list_oncalls", service_ids=[checkout["id"]])
    assert on_call["user"]["summary"] == "Iris Lane"
    said = mcp.refused("create_service", service_data={"service": data})
    assert "Name has already been taken" in said


def business_services(mcp: PagerDutyMcp) -> None:
    """The tools read them and what they depend on."""
    checkout, cart = (mcp.row("service", name=name)["id"] for name in ("Checkout", "Cart"))
    shop = mcp.set_up("/business_services", {"business_service": {"name": "Shop"}})["business_service"]["id"]
    relationships = [
        {
            "dependent_service": {"id": dependent, "type": type},
            "supporting_service": {"id": supporting, "type": "service"},
        }
        for dependent, type, supporting in ((shop, "business_service", checkout), (checkout, "service", cart))
    ]
    mcp.set_up("/service_dependencies/associate", {"relationships": relationships})
    assert [it["name"] for it in mcp("list_business_services")] == ["Shop"]
    below = mcp("get_business_service_dependencies", business_service_id=shop)["relationships"]
    assert [it["supporting_service"]["id"] for it in below] == [checkout]
    around = mcp("get_technical_service_dependencies", service_id=checkout)["relationships"]
    assert sorted(it["supporting_service"]["id"] for it in around) == sorted([checkout, cart])


def alert_grouping(mcp: PagerDutyMcp) -> None:
    cart = mcp.row("service", name="Cart")["id"]
    setting = {"name": "By time", "type": "time", "config": {"timeout": 600}, "services": [{"id": cart}]}
    made = mcp("create_alert_grouping_setting", create_model={"alert_grouping_setting": setting})["id"]
    assert mcp.row("alert_grouping_setting", name="By time")["config"]["timeout"] == 600
    by_content = {
        "name": "By content",
        "type": "content_based",
        "services": [{"id": cart}],
        "config": {"aggregate": "all", "fields": ["summary"], "time_window": 300},
    }
    mcp("update_alert_grouping_setting", setting_id=made, update_model={"alert_grouping_setting": by_content})
    shown = mcp("get_alert_grouping_setting", setting_id=made)
    assert (shown["type"], shown["config"]["fields"]) == ("content_based", ["summary"])
    assert [it["id"] for it in mcp("list_alert_grouping_settings", service_ids=[cart])] == [made]
    assert made in mcp("delete_alert_grouping_setting", setting_id=made)
    assert mcp("list_alert_grouping_settings") == []
    assert mcp.rows("alert_grouping_setting") == []
