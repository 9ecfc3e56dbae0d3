from __future__ import annotations

from typing import Any

from pdsync.sandbox.store.seal import seal
from tests.sandbox.account import Account, ref

_PATH = "/extensions"
_CONNECTIONS = "/workflows/integrations/sample-tracker/connections"
_CONFIG = {"snow_user": "pd", "snow_password": "hidden"}


def extension_secrets(account: Account) -> str:
    config = _extension(account)["config"]
    return {"--redacted--": "redacted", None: "nothing"}[config["snow_password"]]


def extension_redacted_value(account: Account) -> str:
    one = _extension(account)
    account.put(f"{_PATH}/{one['id']}", "extension", {"config": {**_CONFIG, "snow_password": "--redacted--"}})
    return "kept" if seal("hidden") in str(account.server.control.state()) else "stored"


def extension_config(account: Account) -> str:
    one = _extension(account)
    changed = account.put(f"{_PATH}/{one['id']}", "extension", {"config": {"snow_password": "hidden"}})
    return "merged" if "snow_user" in changed["config"] else "whole"


def extension_services(account: Account) -> str:
    one, other = _extension(account), account.service()
    body = {"extension": {"extension_objects": [ref(other)]}}
    answer = account.call("PUT", f"{_PATH}/{one['id']}", body)
    if answer.status_code == 400:
        return "refused"
    is_moved = answer.json()["extension"]["extension_objects"][0]["id"] == other["id"]
    return "changed" if is_moved else "ignored"


def extension_endpoint_url(account: Account) -> str:
    return "shown" if _extension(account)["endpoint_url"] else "hidden"


def extension_of_deleted_service(account: Account) -> str:
    one = _extension(account)
    account.delete(f"/services/{one['extension_objects'][0]['id']}")
    return {200: "stays", 404: "deleted"}[account.call("GET", f"{_PATH}/{one['id']}").status_code]


def connection_secrets(account: Account) -> str:
    made = account.call("POST", _CONNECTIONS, {"name": "Tickets", "secrets": {"Password": "hidden"}}).json()
    identity = made["id"] if "id" in made else made["connection"][0]["id"]
    answer = account.call("PATCH", f"{_CONNECTIONS}/{identity}", {"name": "Tickets 2"})
    return {200: "optional", 400: "required"}[answer.status_code]


def connection_answer(account: Account) -> str:
    made = account.call("POST", _CONNECTIONS, {"name": "Tickets", "secrets": {"Password": "hidden"}}).json()
    return "plain" if "id" in made else "listed"


def _extension(account: Account) -> dict[str, Any]:
    body = {
        "name": "Orders",
        "endpoint_url": "https://snow.example.com",
        "extension_schema": {"id": "PSRVN0W", "type": "extension_schema_reference"},
        "extension_objects": [ref(account.service())],
        "config": _CONFIG,
    }
    made: dict[str, Any] = account.post(_PATH, "extension", body)
    return made
