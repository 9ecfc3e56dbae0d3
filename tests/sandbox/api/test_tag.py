from __future__ import annotations

from typing import Any

import pytest

from pdsync.sandbox.api.tag import TAGS
from tests.sandbox.account import Account, ref


def tag(account: Account, label: str) -> Any:
    return account.post("/tags", "tag", {"type": "tag", "label": label})


def labels(account: Account, path: str) -> list[str]:
    return [it["label"] for it in account.get(f"{path}/tags")["tags"]]


def test_a_tag_has_a_label_and_no_update(account: Account) -> None:
    made = tag(account, "  Batman ")
    assert made == {
        "id": made["id"],
        "type": "tag",
        "summary": "Batman",
        "self": f"{account.server.url}/tags/{made['id']}",
        "html_url": None,
        "label": "Batman",
    }
    assert account.get(f"/tags/{made['id']}")["tag"] == made
    assert account.get("/tags?query=BAT")["tags"] == [made]
    assert account.get("/tags?query=robin")["tags"] == []
    account.refused("PUT", f"/tags/{made['id']}", {"tag": {"label": "x"}}, 405)
    account.refused("POST", "/tags", {"tag": {"type": "tag", "label": "batman"}})
    account.refused("POST", "/tags", {"tag": {"type": "tag", "label": "x" * 192}})


@pytest.mark.parametrize("plural", ["users", "teams", "escalation_policies"])
def test_tags_on_things(account: Account, plural: str) -> None:
    thing = {"users": account.user, "teams": account.team, "escalation_policies": account.policy}[plural]()
    path = f"/{plural}/{thing['id']}"
    old = tag(account, "Old")
    body = {
        "add": [
            {"type": "tag_reference", "id": old["id"]},
            {"type": "tag", "label": "New"},
            {"type": "tag", "label": "old"},
        ]
    }
    answer = account.call("POST", f"{path}/change_tags", body)
    assert (answer.status_code, answer.json()) == (200, body)
    assert labels(account, path) == ["Old", "New"]
    [entity] = account.get(f"/tags/{old['id']}/{plural}")[plural]
    assert entity == ref(thing) | {name: thing[name] for name in ("summary", "self", "html_url")}
    account.call("POST", f"{path}/change_tags", {"remove": [ref(old)]})
    assert labels(account, path) == ["New"]
    account.delete(path)
    assert account.get(f"/tags/{account.get('/tags')['tags'][0]['id']}/{plural}")[plural] == []


def test_a_deleted_tag_is_on_nothing(account: Account) -> None:
    team, made = account.team(), tag(account, "Gone")
    account.call("POST", f"/teams/{team['id']}/change_tags", {"add": [ref(made)]})
    account.delete(f"/tags/{made['id']}")
    assert labels(account, f"/teams/{team['id']}") == []
    assert account.server.control.breaks() == []


@pytest.mark.parametrize(
    "change",
    [
        {"add": [{"type": "tag_reference", "id": "PNOBODY"}]},
        {"add": [{"type": "tag"}]},
        {"add": [{"type": "user", "id": "x"}]},
        {"remove": [{"type": "tag", "label": "Old"}]},
        {"add": "x"},
    ],
)
def test_changes_that_are_refused_change_nothing(account: Account, change: Any) -> None:
    team = account.team()
    before = account.get("/_sandbox/state")
    good = [{"type": "tag", "label": "Good"}]
    added = change.get("add", [])
    account.refused(
        "POST", f"/teams/{team['id']}/change_tags", {**change, "add": good + added if added != "x" else "x"}
    )
    assert account.get("/_sandbox/state") == before


def test_other_things_have_no_tags(account: Account) -> None:
    assert account.call("GET", f"/services/{account.service()['id']}/tags").status_code == 404
    assert account.call("GET", "/teams/PNOBODY/tags").status_code == 404


def test_unknown_ids_are_not_found(account: Account) -> None:
    account.check_unknown_ids(TAGS.routes())
