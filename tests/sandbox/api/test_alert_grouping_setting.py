from __future__ import annotations

from typing import Any

import pytest

from pdsync.sandbox.api.alert_grouping_setting import ALERT_GROUPING_SETTINGS
from tests.sandbox.account import Account

_PATH, _WRAPPER = "/alert_grouping_settings", "alert_grouping_setting"
_CONTENT = {"aggregate": "all", "fields": ["summary"], "time_window": 900}


def _make(account: Account, *services: Any, **fields: Any) -> Any:
    body = {"type": "content_based", "config": _CONTENT, "services": [{"id": it["id"]} for it in services], **fields}
    return account.post(_PATH, _WRAPPER, body)


def _grouping(account: Account, service: Any) -> Any:
    return account.get(f"/services/{service['id']}")["service"]["alert_grouping_parameters"]


def test_a_setting_is_seen_in_its_services(account: Account) -> None:
    one, two = account.service(), account.service()
    setting = _make(account, one, two, name="Both")
    assert _grouping(account, one) == _grouping(account, two) == {"type": "content_based", "config": _CONTENT}
    changed = account.put(f"{_PATH}/{setting['id']}", _WRAPPER, {"services": [{"id": two["id"]}]})
    assert ([it["name"] for it in changed["services"]], changed["config"]) == ([two["name"]], _CONTENT)
    assert _grouping(account, one)["type"] is None
    account.delete(f"{_PATH}/{setting['id']}")
    assert _grouping(account, two)["type"] is None


def test_a_put_of_the_service_that_echoes_null_wipes_the_setting(account: Account) -> None:
    service = account.service()
    setting = _make(account, service)
    path = f"/services/{service['id']}"
    account.put(path, "service", {"description": "Other"})
    assert account.get(_PATH)["alert_grouping_settings"] == [setting]
    account.put(path, "service", {"alert_grouping_parameters": {"type": None}})
    assert account.get(_PATH)["alert_grouping_settings"] == []
    account.put(path, "service", {"alert_grouping_parameters": {"type": "time", "config": {"timeout": 5}}})
    [made] = account.get(_PATH)["alert_grouping_settings"]
    assert (made["type"], made["config"]) == ("time", {"timeout": 300})
    account.delete(path)
    assert account.get(_PATH)["alert_grouping_settings"] == []


def test_cursors_lead_forth_and_back(account: Account) -> None:
    services = [account.service() for _ in range(5)]
    ids = [_make(account, it)["id"] for it in services]

    def page(query: str) -> tuple[list[str], Any]:
        body = account.get(f"{_PATH}?limit=2{query}")
        return [it["id"] for it in body["alert_grouping_settings"]], body

    first, body = page("")
    assert (first, "before" in body) == (ids[:2], False)
    second, body = page(f"&after={body['after']}")
    assert second == ids[2:4]
    assert page(f"&before={body['before']}")[0] == ids[:2]
    third, body = page(f"&after={body['after']}")
    assert (third, "after" in body) == (ids[4:], False)
    assert page(f"&service_ids[]={services[3]['id']}&total=true")[1]["total"] == 1


def test_refused_settings(account: Account) -> None:
    one, two = account.service(), account.service()
    good = {"type": "time", "config": {"timeout": 60}, "services": [{"id": one["id"]}]}
    _make(account, one)
    for change in (
        {},
        {"services": []},
        {"services": [{"id": two["id"]}], "type": "none"},
        {"services": [{"id": two["id"]}], "config": {"timeout": 90_000}},
        {"services": [{"id": "P0"}]},
    ):
        account.refused("POST", _PATH, {_WRAPPER: {**good, **change}})


_PAUSE = "?include[]=auto_pause_notifications_parameters"


def test_auto_pause(account: Account) -> None:
    service = account.service(auto_pause_notifications_parameters={"enabled": True, "timeout": 300})
    path = f"/services/{service['id']}{_PAUSE}"

    def pause() -> Any:
        return account.get(path)["service"]["auto_pause_notifications_parameters"]

    assert pause() == {"enabled": True, "timeout": 300, "recommended_timeout": None}
    account.put(path, "service", {"description": "x"})
    assert pause()["timeout"] == 300
    for sent in ({"enabled": False, "timeout": 300}, None):
        account.put(path, "service", {"auto_pause_notifications_parameters": {"enabled": True, "timeout": 0}})
        assert pause()["timeout"] == 0
        account.put(path, "service", {"auto_pause_notifications_parameters": sent})
        assert pause() == {"enabled": False, "timeout": None, "recommended_timeout": None}


@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        ({"type": "time", "config": {"timeout": 2}}, {"type": "time", "config": {"timeout": 2}}),
        ({"type": "time"}, {"type": "time", "config": {"timeout": 0}}),
        ({"type": "intelligent"}, {"type": "intelligent", "config": {"iag_fields": ["summary"], "time_window": 300}}),
        (
            {"type": "intelligent", "config": {"time_window": 900}},
            {"type": "intelligent", "config": {"iag_fields": ["summary"], "time_window": 900}},
        ),
        (
            {"type": "content_based", "config": {"aggregate": "any", "fields": ["class"], "time_window": 86400}},
            {"type": "content_based", "config": {"aggregate": "any", "fields": ["class"], "time_window": 86400}},
        ),
        (
            {"type": "content_based", "config": {"aggregate": "all", "fields": ["a", "b"]}},
            {"type": "content_based", "config": {"aggregate": "all", "fields": ["a", "b"], "time_window": 300}},
        ),
    ],
)
@pytest.mark.parametrize("echo", [{"type": None, "config": None}, None, {}])
def test_alert_grouping_and_how_an_echo_wipes_it(account: Account, sent: Any, answered: Any, echo: Any) -> None:
    service = account.service(alert_grouping_parameters=sent)
    assert service["alert_grouping_parameters"] == answered
    path = f"/services/{service['id']}"
    assert account.put(path, "service", {"description": "x"})["alert_grouping_parameters"] == answered
    wiped = account.put(path, "service", {"alert_grouping_parameters": echo})
    assert wiped["alert_grouping_parameters"] == {"type": None, "config": None}


def test_unknown_ids_are_not_found(account: Account) -> None:
    account.check_unknown_ids(ALERT_GROUPING_SETTINGS.routes())


def test_parameters_that_are_echoed_take_a_service_out_of_the_setting_that_it_shares(account: Account) -> None:
    one, two = account.service(), account.service()
    setting = _make(account, one, two, name="Both")
    account.put(f"/services/{one['id']}", "service", {"alert_grouping_parameters": _grouping(account, one)})
    shown = account.get(f"{_PATH}/{setting['id']}")[_WRAPPER]
    assert [it["id"] for it in shown["services"]] == [two["id"]]
    [own] = account.get(f"{_PATH}?service_ids[]={one['id']}")["alert_grouping_settings"]
    assert (own["name"], own["config"]) == (None, _CONTENT)
    for service in (one, two):
        account.delete(f"/services/{service['id']}")


def test_not_all_services_can_be_replaced_at_once(account: Account) -> None:
    one, two = account.service(), account.service()
    setting = _make(account, one)
    path = f"{_PATH}/{setting['id']}"
    account.refused("PUT", path, {_WRAPPER: {"services": [{"id": two["id"]}]}})
    both = [{"id": it["id"]} for it in (one, two)]
    assert len(account.put(path, _WRAPPER, {"services": both})["services"]) == 2
    assert len(account.put(path, _WRAPPER, {"services": both[1:]})["services"]) == 1
    account.delete(path)
