"""What a stored body says of other objects."""

from __future__ import annotations

from pdsync.sandbox.store.record import mentions


def test_a_body_mentions_what_its_references_name_at_any_depth() -> None:
    body = {
        "name": "P0",
        "policy": {"id": "P1", "type": "escalation_policy_reference"},
        "rules": [{"targets": [{"id": "P2", "type": "user_reference"}, {"id": "P3", "type": "user"}]}],
    }
    assert list(mentions(body)) == ["P1", "P2"]
