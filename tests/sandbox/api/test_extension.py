from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pdsync.sandbox.api.extension import EXTENSIONS
from pdsync.sandbox.store.seal import seal
from tests.sandbox.account import Account, ref

_PATH = "/extensions"
_SNOW = {"id": "PSRVN0W", "type": "extension_schema_reference"}
_CONFIG = {"snow_user": "pd", "snow_password": "hidden", "target": "https://snow.example.com/hook"}


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with Account() as it:
        yield it


def body(account: Account, **fields: Any) -> dict[str, Any]:
    return {
        "name": "Orders",
        "extension_schema": _SNOW,
        "extension_objects": [ref(account.service())],
        "config": _CONFIG,
        **fields,
    }


def test_secrets_are_never_shown_nor_stored(account: Account) -> None:
    headers = {"headers": [{"name": "Authorization", "value": "hidden"}], "access_token": "hidden", "token": ""}
    made = account.post(_PATH, "extension", body(account, config={**_CONFIG, **headers}))
    shown = {"headers": [{"name": "Authorization", "value": "--redacted--"}], "access_token": "--redacted--"}
    assert made["config"] == {**_CONFIG, **shown, "snow_password": "--redacted--", "token": ""}
    assert account.get(f"{_PATH}/{made['id']}")["extension"] == made
    state = str(account.server.control.state())
    assert seal("hidden") in state
    assert "'hidden'" not in state
    account.delete(f"{_PATH}/{made['id']}")


def test_a_body_may_have_no_wrapper(account: Account) -> None:
    answer = account.call("POST", _PATH, {"type": "extension", **body(account)})
    assert answer.status_code == 201
    made = answer.json()["extension"]
    answer = account.call("PUT", f"{_PATH}/{made['id']}", {"name": "Other"})
    assert answer.json()["extension"] == {**made, "name": "Other", "summary": "Other"}
    account.delete(f"{_PATH}/{made['id']}")


def test_an_extension_is_listed_changed_and_enabled(account: Account) -> None:
    service = account.service()
    first = account.post(_PATH, "extension", body(account, extension_objects=[ref(service)]))
    schema = {"id": "PGNV2WH", "type": "extension_schema_reference"}
    url = "https://hooks.example.com/x"
    second = account.post(_PATH, "extension", body(account, extension_schema=schema, endpoint_url=url, name="Hook"))
    assert (second["endpoint_url"], second["temporarily_disabled"]) == (url, False)

    def listed(query: str) -> list[str]:
        return [it["id"] for it in account.get(f"{_PATH}?{query}")["extensions"]]

    assert listed("") == [second["id"], first["id"]]
    assert listed("query=hook") == [second["id"]]
    assert listed(f"extension_object_id={service['id']}") == [first["id"]]
    assert listed(f"extension_schema_id={schema['id']}") == [second["id"]]
    whole = account.get(f"{_PATH}/{first['id']}?include[]=extension_objects&include[]=extension_schemas")["extension"]
    assert whole["extension_objects"][0]["type"] == "service"
    assert whole["extension_schema"]["label"] == "ServiceNow (v7)"
    changed = account.put(f"{_PATH}/{first['id']}", "extension", {"config": {"snow_user": "other"}})
    assert changed == {**first, "config": {"snow_user": "other"}}
    assert account.call("POST", f"{_PATH}/{first['id']}/enable").json()["extension"] == changed
    for one in (first, second):
        account.delete(f"{_PATH}/{one['id']}")
        account.refused("GET", f"{_PATH}/{one['id']}", status=404)


@pytest.mark.parametrize(
    "fields",
    [
        {"name": ""},
        {"extension_schema": {"id": "PNOSUCH", "type": "extension_schema_reference"}},
        {"extension_schema": {"id": "PSLCK3X", "type": "extension_schema_reference"}},
        {"extension_objects": []},
        {"extension_objects": [{"id": "PNOSUCH", "type": "service_reference"}]},
        {"config": "text"},
        {"endpoint_url": 7},
    ],
)
def test_what_is_wrong_is_refused(account: Account, fields: dict[str, Any]) -> None:
    account.refused("POST", _PATH, {"extension": body(account, **fields)})


def test_the_schema_of_an_extension_stays(account: Account) -> None:
    made = account.post(_PATH, "extension", body(account))
    schema = {"id": "PGNV2WH", "type": "extension_schema_reference"}
    account.refused("PUT", f"{_PATH}/{made['id']}", {"extension": {"extension_schema": schema}})
    account.delete(f"{_PATH}/{made['id']}")


def test_an_extension_goes_on_without_a_deleted_service(account: Account) -> None:
    first, second = account.service(), account.service()
    made = account.post(_PATH, "extension", body(account, extension_objects=[ref(first), ref(second)]))
    account.delete(f"/services/{first['id']}")
    shown = account.get(f"{_PATH}/{made['id']}")["extension"]
    assert [it["id"] for it in shown["extension_objects"]] == [second["id"]]
    account.delete(f"/services/{second['id']}")
    account.refused("GET", f"{_PATH}/{made['id']}", status=404)


def test_unknown_ids_are_not_found(account: Account) -> None:
    account.check_unknown_ids(EXTENSIONS.routes())
