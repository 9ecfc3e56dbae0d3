"""What a workspace asks for, and requests that contradict themselves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pdsync.engine.desired import Selection, Workspace, load_desired, make_options, parse_address
from pdsync.engine.error import ManifestsError, RefusedError, RequestError


def test_the_manifests_and_the_options_are_of_the_workspace(workspace: Workspace) -> None:
    desired = load_desired(replace(workspace, prune="owned", max_deletes=3), Selection(adopt=True))
    assert [resource.address for resource in desired.resources] == [
        "escalation_policy/shop",
        "service/checkout",
        "user/ana",
    ]
    options = desired.options
    assert (options.workspace, options.prune, options.max_deletes, options.adopt) == ("acme", "owned", 3, True)


def test_targets_are_addresses_whichever_way_they_are_written(workspace: Workspace) -> None:
    chosen = Selection(targets=("Service/checkout", "user/ana"), reassign_to="User/ana")
    options = make_options(workspace, chosen)
    assert (options.targets, options.reassign_to) == ({"service/checkout", "user/ana"}, "user/ana")


def test_a_mode_that_deletes_less_goes_before_every_mode_of_the_workspace(workspace: Workspace) -> None:
    pruning = replace(workspace, prune="report", prune_by_kind={"service": "owned"})
    assert make_options(pruning, Selection()).prune_mode("service") == "owned"
    assert make_options(pruning, Selection(prune="off")).prune_mode("service") == "off"
    keeping = replace(workspace, prune_by_kind={"service": "off"})
    assert make_options(keeping, Selection(prune="owned")).prune_mode("service") == "off"


@pytest.mark.parametrize(
    ("changed", "selection", "says"),
    [
        ({"prune": "owned"}, Selection(paths=("shop.yaml",)), "does not work with PATH"),
        ({"prune": "owned", "is_named": False}, Selection(), "needs a workspace name"),
        ({}, Selection(targets=("checkout",)), "write KIND/NAME"),
        ({}, Selection(reassign_to="service/checkout"), "can only be given to a user or an escalation policy"),
    ],
)
def test_what_contradicts_itself_is_refused_before_anything_is_read(
    workspace: Workspace, changed: dict[str, object], selection: Selection, says: str
) -> None:
    with pytest.raises(RequestError, match=says) as refused:
        load_desired(replace(workspace, paths=("nowhere",), **changed), selection)  # type: ignore[arg-type]
    assert refused.value.hint


def test_manifests_with_problems_name_all_of_them(workspace: Workspace, manifest: Path) -> None:
    (manifest.parent / "more.yaml").write_text("kind: User\n---\nkind: Team\n")
    with pytest.raises(ManifestsError) as refused:
        load_desired(workspace)
    assert {problem.source.line for problem in refused.value.problems} == {1, 3}


def test_nothing_is_pruned_for_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="would delete everything"):
        load_desired(Workspace(name="acme", paths=(str(tmp_path),), prune="owned"))


def test_an_address_that_is_none_says_what_to_write() -> None:
    with pytest.raises(RequestError, match=r"^servic/x: write KIND/NAME") as refused:
        parse_address("servic/x")
    assert "Service" in refused.value.hint
