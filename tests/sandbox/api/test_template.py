from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pdsync.sandbox.api.template import TEMPLATES
from tests.sandbox.account import TOKEN, Account

_PATH = "/templates"
_TEXTS = {"email_subject": "{{incident.title}}", "email_body": "<b>\n {{ incident.priority }}</b>", "message": "x"}


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with Account() as it:
        yield it


def made(account: Account, **fields: Any) -> Any:
    return account.post(_PATH, "template", {"name": account.name("Template"), **fields})


def test_a_template_is_kept_as_it_is_sent(account: Account) -> None:
    owner = account.get("/users/me")["user"]["id"]
    one = made(account, template_type="status_update", description="Text", templated_fields=_TEXTS)
    path = f"{_PATH}/{one['id']}"
    assert account.get(path)["template"] == one
    assert (one["type"], one["template_type"], one["description"]) == ("template", "status_update", "Text")
    assert (one["templated_fields"], one["created_by"]["id"]) == (_TEXTS, owner)
    account.clock.forward(minutes=5)
    changed = account.put(path, "template", {**one, "name": "Other"})
    assert (changed["name"], changed["summary"], changed["templated_fields"]) == ("Other", "Other", _TEXTS)
    assert (changed["created_at"], changed["updated_at"] > one["updated_at"]) == (one["created_at"], True)
    account.delete(path)
    account.refused("GET", path, status=404)


def test_what_a_put_leaves_out_becomes_null(account: Account) -> None:
    one = made(account, description="Text", templated_fields=_TEXTS)
    shown = account.put(f"{_PATH}/{one['id']}", "template", {"templated_fields": {"message": "y"}})
    assert shown["templated_fields"] == {"email_subject": None, "email_body": None, "message": "y"}
    assert (shown["name"], shown["description"]) == (one["name"], None)


def test_a_key_that_names_no_user_is_no_author(account: Account) -> None:
    answer = account.call("POST", _PATH, {"template": {"name": "Of a key"}}, token=TOKEN)
    assert not {"created_by", "updated_by"} & set(answer.json()["template"])


def test_a_list_is_searched_and_sorted() -> None:
    with Account() as account:
        first = made(account, name="Beta", description="Of the alphabet")["id"]
        account.clock.forward(minutes=5)
        second = made(account, name="alpha")["id"]

        def listed(query: str) -> list[str]:
            return [it["id"] for it in account.get(f"{_PATH}?{query}")["templates"]]

        assert listed("") == listed("sort_by=created_at") == listed("sort_by=name:desc") == [first, second]
        assert listed("sort_by=name") == listed("sort_by=created_at:desc") == [second, first]
        assert listed("query=ALPHA") == [first, second]
        assert listed("query=beta&template_type=status_update") == [first]
        assert listed("template_type=other") == []
        account.refused("GET", f"{_PATH}?sort_by=id")


def test_a_list_may_lack_the_texts(account: Account) -> None:
    one = made(account, templated_fields=_TEXTS)
    account.server.control.set_account({"account": 1, "readings": {"template_list_fields": "left_out"}})
    try:
        rows = account.get(f"{_PATH}?query={one['name']}")["templates"]
        assert rows == [{name: value for name, value in one.items() if name != "templated_fields"}]
        assert account.get(f"{_PATH}/{one['id']}")["template"] == one
    finally:
        account.server.control.set_account({"account": 1})


def test_a_template_is_filled_in_for_an_incident(account: Account) -> None:
    incident = account.incident(title="Fire")
    texts = {**_TEXTS, "message": "{{status_update.message}} {{incident.service.summary}} {{incident.heat}} {{x.y}}"}
    path = f"{_PATH}/{made(account, templated_fields=texts)['id']}/render"
    body = {"incident_id": incident["id"], "status_update": {"message": "Soon"}, "external": {"x": 1}}
    answer = account.call("POST", path, body).json()
    service = incident["service"]["summary"]
    assert answer["templated_fields"] == {
        "email_subject": "Fire",
        "email_body": "<b>\n </b>",
        "message": f"Soon {service}  ",
    }
    assert answer["warnings"] == {"message": ["{{incident.heat}} does not exist.", "{{x.y}} does not exist."]}
    assert account.refused("POST", path, {"incident_id": "PX"})["errors"] == ["Incident Not Found"]


def test_fields_are_those_of_an_incident_and_of_an_update(account: Account) -> None:
    """Each can be filled in."""
    incident, fields = account.incident(), account.get(f"{_PATH}/fields")["fields"]
    names = [it["summary"] for it in fields]
    assert {"incident.title", "incident.created_at", "status_update.message"} <= set(names)
    texts = {"message": " ".join(f"{{{{{it}}}}}" for it in names if it != "incident.priority.summary")}
    path = f"{_PATH}/{made(account, templated_fields=texts)['id']}/render"
    assert account.call("POST", path, {"incident_id": incident["id"]}).json()["warnings"] == {}


@pytest.mark.parametrize(
    "fields",
    [
        {"name": ""},
        {"template_type": "postmortem"},
        {"templated_fields": "x"},
        {"templated_fields": {"message": 7}},
        {"description": "x" * 1025},
    ],
)
def test_what_is_wrong_is_refused(account: Account, fields: dict[str, Any]) -> None:
    account.refused("POST", _PATH, {"template": {"name": "x", **fields}})


def test_a_plan_without_templates_answers_402(account: Account) -> None:
    account.server.control.set_account({"account": 1, "without": ["templates"]})
    try:
        account.refused("GET", _PATH, status=402)
        account.refused("POST", _PATH, {"template": {"name": "x"}}, status=402)
    finally:
        account.server.control.set_account({"account": 1})


def test_unknown_ids_are_not_found(account: Account) -> None:
    account.check_unknown_ids([it for it in TEMPLATES.routes() if it.path != "/templates/fields"])
