from __future__ import annotations

import pytest

from pdsync.sandbox.api.workflow_action import ACTIONS, workflow_action_routes
from tests.sandbox.account import Account

_PATH = "/incident_workflows/actions"


def test_the_catalogue_is_paged_by_cursor() -> None:
    with Account() as account:
        found, query = [], "limit=10"
        while query:
            page = account.get(f"{_PATH}?{query}")
            found += page["actions"]
            assert page["more"] is (page["next_cursor"] is not None)
            query = f"limit=10&cursor={page['next_cursor']}" if page["next_cursor"] else ""
        assert [it["id"] for it in found] == list(ACTIONS)
        slack = account.get(f"{_PATH}?keyword=slack")["actions"]
        assert slack == [it for it in found if it["package_name"] == "slack"]
        for action in found:
            assert account.get(f"{_PATH}/{action['id']}")["action"] == action
        account.check_unknown_ids(workflow_action_routes())


@pytest.mark.parametrize("id", ACTIONS)
def test_an_action_has_a_version_and_inputs_of_different_names(id: str) -> None:
    inputs = [it.name for it in ACTIONS[id].inputs]
    assert id.count(":") == 3
    assert int(id.rpartition(":")[2]) > 0
    assert len(set(inputs)) == len(inputs)
    assert not any(it.is_hidden and it.is_required for it in ACTIONS[id].inputs)
