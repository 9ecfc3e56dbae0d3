"""A kind whose manifest means many objects, or none today: the plan is about the objects, whatever names the manifest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from pdsync.kinds import KINDS
from pdsync.model import Account, Field, Kind, Lifecycle, LiveObject, Resource, Source, compute_manifest_digest
from pdsync.model.codec.plain import Text
from pdsync.model.listing import Listing
from pdsync.model.passing import Expansion, Passing, Surroundings
from pdsync.plan import Operation, Plan, PlanOptions, build_plan, compute_predicted_account

NOW = "2026-06-03T12:00:00Z"


def _expand(manifest: Resource, around: Surroundings) -> Expansion:
    """One coupon for each day named, from today on. One that was made and whose day is no longer named goes, but today's stays."""
    if manifest.fields.get("name") == "never":
        return Expansion(problems=(("no day of it exists", "Write days."),))
    today = around.account.fetched_at[:10]
    named = str(manifest.fields["name"]).split()
    days, over = [day for day in named if day >= today], [day for day in named if day < today]

    def on(day: str, *, absent: bool = False) -> Resource:
        return replace(manifest, key=f"{manifest.key}.{day}", fields={"name": day}, lifecycle=Lifecycle(absent=absent))

    live = [
        it.marker.key.rpartition(".")
        for it in around.account.index.marked_by(around.workspace)
        if it.marker is not None
    ]
    dropped = [day for key, _, day in live if key == manifest.key and day not in days and day >= today]
    return Expansion(
        (*map(on, days), *(on(day, absent=True) for day in dropped)),
        tuple(f"{manifest.address}: {day} is over" for day in over),
    )


def _why_left(live: LiveObject, now: str) -> str:
    return f"{live.name} ends by itself" if live.name == now[:10] else ""


COUPON = Kind(
    "Coupon",
    "coupon",
    Listing("coupons"),
    "A kind of this test",
    (Field("name", Text(), "The day.", "the test"), Field("description", Text(), "What it says.", "the test")),
    passing=Passing(expand=_expand, why_left=_why_left),
)


@pytest.fixture(autouse=True)
def _known() -> Iterator[None]:
    with KINDS.including(COUPON):
        yield


def coupon(key: str, days: str) -> Resource:
    return Resource("coupon", key, {"name": days}, Source(f"{key}.yaml"))


def account(*keys: str) -> Account:
    """An account in which coupons of these keys were made."""
    empty = Account({kind.slug: () for kind in KINDS}, frozenset(kind.slug for kind in KINDS), NOW)
    days = [coupon(key.rpartition(".")[0], key.rpartition(".")[2]) for key in keys]
    made = [build_plan([one], empty, PlanOptions("test")) for one in days]
    live = [it for plan in made for it in compute_predicted_account(plan, empty).objects["coupon"]]
    return replace(empty, objects={**empty.objects, "coupon": tuple(live)})


def plan(live: Account, *manifests: Resource, **more: Any) -> Plan:
    return build_plan(manifests, live, PlanOptions("test", **more))


def operations(made: Plan) -> dict[str, Operation]:
    return {change.address: change.operation for change in made.changes}


def test_a_manifest_is_one_object_for_each_that_it_means() -> None:
    made = plan(account("summer.2026-06-04"), coupon("summer", "2026-06-01 2026-06-04 2026-06-05"))
    assert operations(made) == {"coupon/summer.2026-06-05": Operation.CREATE}
    assert made.unchanged == 1
    assert not made.problems


def test_an_object_that_the_manifest_dropped_is_deleted_whatever_the_prune_mode() -> None:
    live = account("summer.2026-06-04", "summer.2026-06-05", "winter.2026-12-01")
    made = plan(live, coupon("summer", "2026-06-04"), prune="off")
    assert operations(made) == {"coupon/summer.2026-06-05": Operation.DELETE}


def test_its_deletes_count_in_the_limits() -> None:
    live = account("summer.2026-06-04", "summer.2026-06-05", "summer.2026-06-06")
    assert plan(live, coupon("summer", "2026-06-06"), max_deletes=1).refusals


def test_what_ends_by_itself_is_not_deleted_and_is_named() -> None:
    live = account("summer.2026-06-03")
    made = plan(live, coupon("summer", "2026-06-04"), prune="owned")
    assert operations(made) == {"coupon/summer.2026-06-04": Operation.CREATE}
    identity = live.objects["coupon"][0].id
    assert made.notes == (f"coupon/summer.2026-06-03 ({identity}): 2026-06-03 ends by itself",)
    made = plan(live, prune="owned")
    assert not made.changes
    assert [note.partition("; ")[2] for note in made.notes] == ["2026-06-03 ends by itself"]


def test_what_an_expansion_says_is_a_note_of_the_plan() -> None:
    assert plan(account(), coupon("summer", "2026-06-01 2026-06-04")).notes == ("coupon/summer: 2026-06-01 is over",)


def test_a_manifest_that_means_nothing_any_more_plans_nothing() -> None:
    made = plan(account(), coupon("summer", "2026-06-01"))
    assert (made.changes, made.problems, made.unchanged) == ((), (), 0)


def test_the_digest_is_that_of_the_manifests() -> None:
    manifest = coupon("summer", "2026-06-04 2026-06-05")
    assert plan(account(), manifest).manifest_digest == compute_manifest_digest([manifest])


def test_a_target_is_the_manifest_with_all_its_objects_or_one_of_them() -> None:
    manifests = coupon("summer", "2026-06-04 2026-06-05"), coupon("winter", "2026-12-01")
    for target, expected in (
        ("coupon/summer", ["coupon/summer.2026-06-04", "coupon/summer.2026-06-05"]),
        ("coupon/summer.2026-06-05", ["coupon/summer.2026-06-05"]),
    ):
        made = plan(account(), *manifests, targets=frozenset({target}))
        assert (sorted(operations(made)), made.problems) == (expected, ())


def test_a_target_that_means_nothing_today_is_not_everything() -> None:
    manifests = coupon("summer", "2026-06-01"), coupon("winter", "2026-12-01")
    made = plan(account(), *manifests, targets=frozenset({"coupon/summer"}))
    assert (made.changes, made.problems) == ((), ())


def test_a_target_takes_the_tombstones_of_its_manifest_with_it() -> None:
    live = account("summer.2026-06-05", "winter.2026-12-01")
    made = plan(live, coupon("summer", "2026-06-04"), targets=frozenset({"coupon/summer"}))
    assert operations(made) == {
        "coupon/summer.2026-06-04": Operation.CREATE,
        "coupon/summer.2026-06-05": Operation.DELETE,
    }


def test_the_objects_of_a_manifest_that_was_not_selected_have_a_manifest() -> None:
    live = account("summer.2026-06-03", "summer.2026-06-04", "winter.2026-12-01")
    made = plan(live, elsewhere=(coupon("summer", "2026-06-04"),), prune="owned", max_deletes=9)
    assert operations(made) == {"coupon/winter.2026-12-01": Operation.DELETE}
    assert not made.notes, "what another selection says of its objects is not said here"


@pytest.mark.parametrize("selected", [True, False])
def test_an_object_that_two_manifests_mean_is_a_problem(selected: bool) -> None:
    series = coupon("summer", "2026-06-04")
    other = replace(series, source=Source("other.yaml"))
    apart = {} if selected else {"elsewhere": (other,)}
    made = plan(account(), series, *((other,) if selected else ()), **apart)
    assert [(it.address, it.source, it.message) for it in made.problems] == [
        (
            "coupon/summer.2026-06-04",
            "other.yaml:1",
            "two manifests mean coupon/summer.2026-06-04: this one and the one at summer.yaml:1",
        )
    ]


def test_a_problem_of_the_expansion_is_one_of_the_manifest() -> None:
    made = plan(account(), coupon("summer", "never"))
    assert [(it.address, it.source, it.message, it.hint) for it in made.problems] == [
        ("coupon/summer", "summer.yaml:1", "no day of it exists", "Write days.")
    ]
