"""From any valid desired state to any other: apply, and nothing is left to do; nothing of anyone else's is touched."""

from __future__ import annotations

import random

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pdsync.account import Extent, fetch_account
from pdsync.client import RestApiV2Client
from pdsync.kinds import BY_SLUG
from pdsync.model import Account, Resource
from pdsync.plan import build_plan, render_plan_json
from pdsync.sandbox import SandboxServer
from tests.support.bystander import bystanders, check_bystanders
from tests.support.examples import examples
from tests.support.hosted import hosted_client
from tests.support.random_world import worlds
from tests.support.world import converge, options, owned_in, plan_for, with_moves

EXAMPLES = examples(2)


# Worlds are whole accounts: shrinking one costs minutes, and the failing one is printed anyway.
WITHOUT_SHRINKING = (Phase.explicit, Phase.generate)


MOVES = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.booleans()), max_size=4)
"""People who join or leave a team by hand: which team, who, and whether they join."""


@settings(max_examples=EXAMPLES, deadline=None, phases=WITHOUT_SHRINKING, suppress_health_check=list(HealthCheck))
@given(first=worlds(), second=worlds(), moves=MOVES)
def test_any_state_becomes_any_other_and_what_others_have_stays(
    first: list[Resource], second: list[Resource], moves: list[tuple[int, int, bool]]
) -> None:
    with (
        SandboxServer(state=bystanders()) as sandbox,
        hosted_client(sandbox.url) as client,
    ):
        converge(client, first, prune="owned")
        converge(client, with_moves(client, second, prune="owned"), prune="owned")
        after = fetch_account(client, Extent(everything=True))
        check_bystanders(sandbox)
        wanted = {made.address: 1 for made in second if BY_SLUG[made.kind].marker_line is not None}
        assert owned_in(after, "test", wanted) == wanted
        # Layers were ended at the next whole minute, and a plan tells of that until then. Of two plans that are to be the same
        # none may be made before it and one after it.
        sandbox.control.advance(60)
        check_members_in_bulk(client, second, after, moves)


def check_members_in_bulk(
    client: RestApiV2Client, wanted: list[Resource], account: Account, moves: list[tuple[int, int, bool]]
) -> None:
    """Whoever joins or leaves a team, its members are the same in bulk and in full, and so is the plan."""
    teams, users = account.objects["team"], account.objects["user"]
    for team, user, joins in moves:
        path = f"teams/{teams[team % len(teams)].id}/users/{users[user % len(users)].id}"
        client.put(path) if joins else client.delete(path)  # a stakeholder is refused, and who is not there
    in_bulk = fetch_account(client, Extent(wanted))
    in_full = fetch_account(client, Extent(wanted, in_full=lambda resource, child: True))
    assert members_of(in_bulk) == members_of(in_full)
    assert any(live.partial for live in in_bulk.objects["team"]) == any(
        "members" in live.children for live in in_full.objects["team"]
    )
    plans = [plan_for(client, wanted, prune="owned", in_full=asked) for asked in (False, True)]
    assert render_plan_json(plans[0]) == render_plan_json(plans[1])


def members_of(account: Account) -> dict[str, set[str]]:
    return {
        live.id: {member.id for member in live.children["members"]}
        for live in account.objects["team"]
        if "members" in live.children
    }


@given(state=worlds(), seed=st.integers())
@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_order_of_manifests_never_changes_a_byte_of_the_plan(state: list[Resource], seed: int) -> None:
    account = Account({}, frozenset(), "2026-06-01T12:00:00Z")
    shuffled = list(state)
    random.Random(seed).shuffle(shuffled)
    assert render_plan_json(build_plan(state, account, options())) == render_plan_json(
        build_plan(shuffled, account, options())
    )
