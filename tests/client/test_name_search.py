"""Collections of more rows than both ends give out, found by parts of names, from the sandbox with a lower cap."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from string import hexdigits
from typing import Any

import pytest

from pdsync.account import Extent, fetch_account
from pdsync.client import IncompleteListError, RestApiV2Client
from pdsync.sandbox import SandboxServer
from tests.support.world import TOKEN

CAP, PAGE = 200, 5
WORDS = ["billing", "cart", "catalog", "checkout", "fraud", "gateway", "ledger", "mail", "media", "orders", "payments"]


@pytest.fixture(autouse=True)
def low_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cap of 10,000 rows, in the client and in the sandbox."""
    monkeypatch.setattr("pdsync.client.ITERATION_LIMIT", CAP)
    monkeypatch.setattr("pdsync.sandbox.http.pagination.MAX_ROWS", CAP)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    """An account with one object of each kind, to be multiplied."""
    with SandboxServer(rate_limit_per_minute=10**6) as server, RestApiV2Client(TOKEN, base_url=server.url) as client:
        me = client.rget("users/me")
        user = {"id": me["id"], "type": "user_reference"}
        rule = {"escalation_delay_in_minutes": 5, "targets": [user]}
        policy = client.rpost("escalation_policies", json={"name": "P", "escalation_rules": [rule]})
        reference = {"id": policy["id"], "type": "escalation_policy_reference"}
        client.rpost("services", json={"type": "service", "name": "S", "escalation_policy": reference})
        client.rpost("teams", json={"type": "team", "name": "T"})
        client.rpost("tags", json={"type": "tag", "label": "L"})
        layer = {
            "start": "2026-01-01T00:00:00Z",
            "rotation_virtual_start": "2026-01-01T00:00:00Z",
            "rotation_turn_length_seconds": 86400,
            "users": [{"user": user}],
        }
        schedule = {"type": "schedule", "name": "C", "time_zone": "UTC", "schedule_layers": [layer]}
        client.rpost("schedules", json=schedule)
        yield server


@pytest.fixture
def server(sandbox: SandboxServer) -> Iterator[SandboxServer]:
    state = sandbox.control.state()
    state.pop("audit_record", None)
    yield sandbox
    sandbox.control.clear_faults()
    sandbox.control.set_account({"account": 1})
    sandbox.control.restore(state)


@pytest.fixture
def client(server: SandboxServer) -> Iterator[RestApiV2Client]:
    with RestApiV2Client(TOKEN, base_url=server.url) as client:
        yield client


def fill(server: SandboxServer, kind: str, bodies: Sequence[dict[str, Any]]) -> None:
    """Makes so many objects of a kind, each with what its body says. The user stays: others refer to it."""
    state = server.control.state()
    state.pop("audit_record", None)
    pattern = state[kind][0]
    state[kind] = [
        *(state[kind] if kind == "user" else ()),
        *({**pattern, "id": f"PX{n:05}", "number": 10_000 + n, **body} for n, body in enumerate(bodies)),
    ]
    server.control.restore(state)
    server.control.forget()


def named(names: Sequence[str]) -> list[dict[str, Any]]:
    shuffled = list(names)
    random.Random(len(names)).shuffle(shuffled)
    return [{"name": name} for name in shuffled]


def read_all(client: RestApiV2Client, collection: str) -> set[str]:
    with ThreadPoolExecutor(3) as executor:
        rows = client.list_all(collection, complete=True, executor=executor, team_ids=tuple, page_size=PAGE)
    assert len({row["id"] for row in rows}) == len(rows)
    return {row["id"] for row in rows}


def distinct(count: int, make: Callable[[random.Random], str]) -> list[str]:
    chance, names = random.Random(1), dict[str, None]()
    while len(names) < count:
        names[make(chance)] = None
    return list(names)


def text_of(letters: str, length: int) -> Callable[[random.Random], str]:
    return lambda chance: "".join(chance.choice(letters) for _ in range(length))


def words(chance: random.Random) -> str:
    return f"{chance.choice(WORDS)}-{chance.choice(WORDS)}-{chance.randrange(30)}"


NAMES: dict[str, tuple[list[str], float]] = {
    "numbered": ([f"S{n:05}" for n in range(499)], 1.3),
    "one long beginning": ([f"the service of shop number-{n:05}" for n in range(499)], 1.4),
    "a few more than both ends": ([f"S{n}" for n in range(2 * CAP + 1)], 1.3),
    "one letter, and nothing else": ([n * "a" for n in range(1, 256)] + [n * "b" for n in range(1, 245)], 2),
    "words": (distinct(499, words), 3),
    "words in capitals": ([it.title().replace("-", " ") for it in distinct(499, words)], 3),
    "no order at all": (distinct(499, text_of(hexdigits[:16], 8)), 3),
    "another script": (distinct(499, text_of("абвгдежзийклмноп", 5)), 3),
    "a script that neither end has": (
        [f"a {n:03}" for n in range(200)] + distinct(99, text_of("αβγδεζηθ", 4)) + [f"я {n:03}" for n in range(200)],
        2,
    ),
}
"""Names, and how many requests each row of a page may take."""


@pytest.mark.parametrize("names", NAMES)
def test_services_without_teams_are_read_whole(server: SandboxServer, client: RestApiV2Client, names: str) -> None:
    every, most = NAMES[names]
    fill(server, "service", named(every))
    assert len(read_all(client, "services")) == len(every)
    assert len(server.requests()) <= most * -(-len(every) // (PAGE - 1)) + 5


@pytest.mark.parametrize("reading", ["word_beginnings", "beginning"])
def test_query_may_find_other_names_than_it_is_thought_to(
    server: SandboxServer, client: RestApiV2Client, reading: str
) -> None:
    server.control.set_account({"account": 1, "readings": {"query_match": reading}})
    fill(server, "service", named(NAMES["words"][0]))
    assert len(read_all(client, "services")) == 499


@pytest.mark.parametrize("order", ["by_name", "newest_first"])
@pytest.mark.parametrize(
    ("kind", "collection"), [("team", "teams"), ("schedule", "schedules"), ("user", "users"), ("tag", "tags")]
)
def test_collections_that_cannot_be_sorted_are_read_whole(
    server: SandboxServer, client: RestApiV2Client, kind: str, collection: str, order: str
) -> None:
    server.control.set_account({"account": 1, "readings": {"list_order": order}})
    field = "label" if kind == "tag" else "name"
    names = NAMES["words"][0][:299]
    fill(server, kind, [{field: name, "email": f"u{n}@example.com"} for n, name in enumerate(names)])
    total = client.get_total(collection)
    assert len(read_all(client, collection)) == total > CAP
    assert len(server.requests()) <= 3 * -(-total // PAGE) + 3


def test_people_of_one_name_are_found_by_their_addresses(server: SandboxServer, client: RestApiV2Client) -> None:
    fill(server, "user", [{"name": "Jane Doe", "email": f"jane{n:03}@example.com"} for n in range(299)])
    assert len(read_all(client, "users")) == client.get_total("users")


def test_a_plan_reads_teams_that_are_too_many_for_one_listing(server: SandboxServer, client: RestApiV2Client) -> None:
    fill(server, "team", named([f"T{n:05}" for n in range(299)]))
    account = fetch_account(client, Extent())
    assert len(account.objects["team"]) == 299


def test_names_that_no_text_parts_are_an_error_at_a_bounded_price(
    server: SandboxServer, client: RestApiV2Client
) -> None:
    fill(server, "schedule", [{"name": "Primary"} for _ in range(299)])
    with pytest.raises(IncompleteListError, match="299 objects, of which 200 can be read") as caught:
        read_all(client, "schedules")
    assert (caught.value.read, caught.value.total) == (CAP, 299)
    assert len(server.requests()) <= 3 * -(-299 // PAGE) + 3


@pytest.mark.parametrize("status", [400, 403])
def test_a_query_that_is_refused_leaves_what_was_read(
    server: SandboxServer, client: RestApiV2Client, status: int
) -> None:
    fill(server, "service", named(NAMES["numbered"][0]))
    ends = 2 * -(-(CAP - 1) // (PAGE - 1))
    server.control.set_faults(
        [{"match": {"path": "/services", "nth": ends + 1}, "action": {"type": "error", "status": status}}]
    )
    with pytest.raises(IncompleteListError, match="499 objects, of which 400 can be read"):
        read_all(client, "services")


def test_a_service_made_meanwhile_does_not_stand_for_one_that_was_not_read(
    server: SandboxServer, client: RestApiV2Client
) -> None:
    """As many objects are found as there were, and one more is there by then: all is read once more."""
    fill(server, "service", named(NAMES["numbered"][0]))
    policy = client.rget("escalation_policies")[0]
    body = {"type": "service", "name": "S00200a", "escalation_policy": {"id": policy["id"], "type": policy["type"]}}
    ends = 2 * -(-(CAP - 1) // (PAGE - 1))
    made = {"method": "POST", "path": "/services", "body": {"service": body}}
    server.control.set_faults(
        [
            {
                "match": {"method": "GET", "path": "/services", "nth": ends + 1},
                "action": {"type": "edit", "when": "before", "requests": [made]},
            }
        ]
    )
    server.control.forget()
    assert len(read_all(client, "services")) == 500
