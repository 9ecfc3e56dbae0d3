"""Fields that a folder gives its manifests: which manifest has which, where they are, and that one mistake is one message."""

from __future__ import annotations

import os
import random
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from pdsync.kinds import BY_NAME, KINDS
from pdsync.manifest import LoadResult, load_manifests, load_texts
from pdsync.manifest.claim import Claims, Neighbour, find_shared
from pdsync.manifest.variable import Variables
from pdsync.model import Source
from pdsync.model.defaults import refused_fields
from pdsync.model.schema import example_of
from tests.manifest.text import manifest
from tests.support.samples import KEYS, samples

POLICY = manifest(
    "EscalationPolicy", "first", "escalation_rules: [{escalation_delay_in_minutes: 30, targets: [{user: ana}]}]"
)
SHARED = manifest("User", "ana", "email: ana@example.com") + "---\n" + POLICY
HEAD = "apiVersion: pdsync/v1\nkind: Defaults\nspec:\n"


def defaults(**fields: str) -> str:
    """Defaults of a kind each: ``defaults(Service="auto_resolve_timeout: 4h")``. The first kind is on line 4, its fields begin on line 5."""
    sections = [
        f"  {kind}:\n" + "".join(f"    {line}\n" for line in text.splitlines()) for kind, text in fields.items()
    ]
    return HEAD + "".join(sections)


def tree(texts: dict[str, str], *, whole: bool = True) -> LoadResult:
    return load_texts([("shared.yaml", SHARED), *texts.items()], whole=whole)


def fields_of(result: LoadResult, address: str) -> dict[str, Any]:
    return next(dict(it.fields) for it in result.resources if it.address == address)


def said(result: LoadResult) -> list[str]:
    return [str(it) for it in (*result.problems, *result.warnings)]


def test_a_folder_gives_fields_to_the_manifests_in_it_and_below() -> None:
    result = tree(
        {
            "teams/defaults.yaml": defaults(Service="escalation_policy: first\nauto_resolve_timeout: 4h"),
            "teams/red/defaults.yaml": defaults(Service="auto_resolve_timeout: 2h"),
            "teams/red/a.yaml": manifest("Service", "a"),
            "teams/red/deep/b.yaml": manifest("Service", "b", "auto_resolve_timeout: null"),
            "teams/c.yaml": manifest("Service", "c", "description: C"),
            "other.yaml": manifest("Service", "other", "escalation_policy: first"),
        }
    )
    assert said(result) == []
    timeouts = {
        it.key: it.fields.get("auto_resolve_timeout", "not named") for it in result.resources if it.kind == "service"
    }
    assert timeouts == {"a": 7200, "b": None, "c": 14400, "other": "not named"}
    a, b = (next(it for it in result.resources if it.address == f"service/{key}") for key in "ab")
    policy = Source("teams/defaults.yaml", 5, 5)
    assert a.defaults == {"auto_resolve_timeout": Source("teams/red/defaults.yaml", 5, 5), "escalation_policy": policy}
    assert a.positions == a.defaults
    assert b.defaults == {"escalation_policy": policy}
    assert b.positions == {"auto_resolve_timeout": Source("teams/red/deep/b.yaml", 6, 3), "escalation_policy": policy}


def test_the_order_of_files_means_nothing_and_defaults_may_be_in_the_file_of_a_manifest() -> None:
    texts = [
        ("x/a.yaml", manifest("Service", "a") + "---\n" + defaults(Service="escalation_policy: first")),
        ("s.yaml", SHARED),
    ]
    results = [load_texts(texts), load_texts(reversed(texts))]
    assert [it.problems for it in results] == [(), ()]
    assert (
        results[0].digest
        == results[1].digest
        == tree({"a.yaml": manifest("Service", "a", "escalation_policy: first")}).digest
    )


def test_a_list_is_taken_whole_and_a_mode_only_with_its_list() -> None:
    given = "integrations_mode: exclusive\nintegrations: [{name: Datadog, vendor: Datadog}, {name: Mail, vendor: Mail}]\nescalation_policy: first"
    result = tree(
        {
            "x/d.yaml": defaults(Service=given, Team="members_mode: exclusive"),
            "x/a.yaml": manifest("Service", "a"),
            "x/b.yaml": manifest("Service", "b", "integrations: [{name: Nagios, vendor: Nagios}]"),
            "x/t.yaml": manifest("Team", "t"),
        }
    )
    assert said(result) == []
    names = {
        it.key: [each["name"] for each in it.children["integrations"]]
        for it in result.resources
        if it.kind == "service"
    }
    assert names == {"a": ["Datadog", "Mail"], "b": ["Nagios"]}
    assert {it.key: dict(it.modes) for it in result.resources if it.kind == "service"} == {
        key: {"integrations": "exclusive"} for key in "ab"
    }
    assert next(it for it in result.resources if it.kind == "team").modes == {}


LAYER = "{name: Nights, rotation_virtual_start: '2026-01-05T09:00', rotation_turn_length_seconds: 1w, users: [ana]}"
HOURS = "{type: use_support_hours, during_support_hours: {urgency: high}, outside_support_hours: {urgency: low}}"
SUPPORT = "{time_zone: Europe/Berlin, days_of_week: [1], start_time: '09:00', end_time: '17:00'}"


@pytest.mark.parametrize(
    ("kind", "given", "spec", "left"),
    [
        ("Schedule", f"schedule_layers: [{LAYER}]", "rotation: {weekly: [ana], starts: '2026-01-05T09:00'}", {}),
        ("Schedule", "rotation: {weekly: [ana], starts: '2026-01-05T09:00'}", f"schedule_layers: [{LAYER}]", {}),
        (
            "Service",
            f"incident_urgency_rule: {HOURS}\nsupport_hours: {SUPPORT}",
            "escalation_policy: first\nincident_urgency_rule: {type: constant, urgency: low}",
            {},
        ),
        (
            "Service",
            "incident_urgency_rule: {type: constant, urgency: low}\nauto_resolve_timeout: 4h",
            f"escalation_policy: first\nincident_urgency_rule: {HOURS}\nsupport_hours: {SUPPORT}",
            {"auto_resolve_timeout": Source("x/d.yaml", 6, 5)},
        ),
    ],
)
def test_what_excludes_a_field_that_the_manifest_names_is_not_taken(
    kind: str, given: str, spec: str, left: dict[str, Source]
) -> None:
    more = "time_zone: Europe/Berlin\n" if kind == "Schedule" else ""
    result = tree({"x/d.yaml": defaults(**{kind: given}), "x/a.yaml": manifest(kind, "a", more + spec)})
    assert said(result) == []
    alone = tree({"x/a.yaml": manifest(kind, "a", more + spec)})
    (own,) = (it for it in result.resources if it.key == "a")
    assert own.defaults == left
    assert own.fields == {**fields_of(alone, own.address), **({"auto_resolve_timeout": 14400} if left else {})}


@pytest.mark.parametrize(
    "cleared", ["support_hours: null", "scheduled_actions: []", "support_hours: null\nscheduled_actions: []"]
)
def test_what_a_manifest_clears_excludes_no_default(cleared: str) -> None:
    given = "escalation_policy: first\nincident_urgency_rule: {type: constant, urgency: low}"
    result = tree({"x/d.yaml": defaults(Service=given), "x/a.yaml": manifest("Service", "a", cleared)})
    assert said(result) == []
    assert fields_of(result, "service/a")["incident_urgency_rule"] == {"type": "constant", "urgency": "low"}


ROTATION = "rotation: {weekly: [ana], starts: '2026-01-05T09:00'}"
CONSTANT = "incident_urgency_rule: {type: constant, urgency: low}"


@pytest.mark.parametrize(
    ("kind", "near", "far", "taken"),
    [
        ("Schedule", f"schedule_layers: [{LAYER}]", ROTATION, {"time_zone", "schedule_layers"}),
        ("Schedule", ROTATION, f"schedule_layers: [{LAYER}]", {"time_zone", "schedule_layers"}),
        (
            "Service",
            CONSTANT,
            f"support_hours: {SUPPORT}\nincident_urgency_rule: {HOURS}",
            {"escalation_policy", "incident_urgency_rule"},
        ),
    ],
)
def test_a_nearer_default_rules_out_what_it_excludes_farther_away(
    kind: str, near: str, far: str, taken: set[str]
) -> None:
    more = "time_zone: Europe/Berlin\n" if kind == "Schedule" else "escalation_policy: first\n"
    texts = {"d.yaml": defaults(**{kind: more + far}), "x/d.yaml": defaults(**{kind: near})}
    result = tree({**texts, "x/a.yaml": manifest(kind, "a")})
    assert said(result) == []
    alone = tree({"x/a.yaml": manifest(kind, "a", more + near)})
    (own,) = (it for it in result.resources if it.key == "a")
    assert own.fields == fields_of(alone, own.address)
    assert {name for name, place in own.defaults.items() if place.file in texts} == taken


@pytest.mark.parametrize("cleared", ["support_hours: null", "scheduled_actions: []"])
def test_a_default_that_clears_a_field_excludes_no_other_default(cleared: str) -> None:
    service = manifest("Service", "a", "escalation_policy: first")
    together = {"x/d.yaml": defaults(Service=f"{CONSTANT}\n{cleared}")}
    apart = {"x/d.yaml": defaults(Service=CONSTANT), "x/e.yaml": defaults(Service=cleared)}
    for files in (together, apart):
        result = tree({**files, "x/a.yaml": service})
        assert said(result) == []
        assert fields_of(result, "service/a")["incident_urgency_rule"] == {"type": "constant", "urgency": "low"}


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [("Schedule", ROTATION, f"schedule_layers: [{LAYER}]"), ("Service", CONSTANT, f"support_hours: {SUPPORT}")],
)
def test_two_defaults_of_one_folder_that_exclude_each_other_are_a_problem(kind: str, one: str, other: str) -> None:
    texts = {"x/d.yaml": defaults(**{kind: one}), "x/e.yaml": defaults(**{kind: other})}
    first, second = (text.partition(":")[0] for text in (one, other))
    for files in (texts, dict(reversed(texts.items()))):
        assert said(tree(files, whole=False)) == [
            f"x/d.yaml:5:5: {kind}: {first!r} excludes {second!r} at x/e.yaml:5. Keep one of them.",
            f"x/e.yaml:5:5: {kind}: {second!r} excludes {first!r} at x/d.yaml:5. Keep one of them.",
        ]


def test_a_problem_inside_a_list_names_the_item() -> None:
    restriction = "{type: daily_restriction, start_time_of_day: '09:00', duration_seconds: 25h}"
    layer = LAYER.replace("users:", f"restrictions: [{restriction}], users:")
    (problem,) = said(tree({"x/d.yaml": defaults(Schedule=f"schedule_layers: [{layer}]")}, whole=False))
    assert "Schedule.schedule_layers[Nights].restrictions[0].duration_seconds: 25h is above" in problem


def test_a_grouping_that_another_manifest_says_is_not_taken() -> None:
    result = tree(
        {
            "x/d.yaml": defaults(
                Service="escalation_policy: first\nalert_grouping_parameters: {type: time, config: {timeout: 5m}}"
            ),
            "x/a.yaml": manifest("Service", "a") + "---\n" + manifest("Service", "b"),
            "g.yaml": manifest("AlertGroupingSetting", "g", "type: time\nservices: [a]\nconfig: {timeout: 10m}"),
        }
    )
    assert said(result) == []
    assert "alert_grouping_parameters" not in fields_of(result, "service/a")
    assert "alert_grouping_parameters" in fields_of(result, "service/b")


def test_a_short_form_gives_the_field_that_it_stands_for() -> None:
    given = "time_zone: Europe/Berlin\nrotation: {weekly: [ana], starts: '2026-01-05T09:00'}"
    result = tree({"x/d.yaml": defaults(Schedule=given), "x/a.yaml": manifest("Schedule", "a")})
    assert said(result) == []
    (own,) = (it for it in result.resources if it.kind == "schedule")
    assert own.defaults == {"time_zone": Source("x/d.yaml", 5, 5), "schedule_layers": Source("x/d.yaml", 6, 5)}
    assert own.positions["schedule_layers"] == Source("x/d.yaml", 6, 5)


def test_places_inside_a_list_are_those_of_the_defaults() -> None:
    given = "schedule_layers:\n  - name: Nights\n    end: '2027-01-05T09:00'\n    rotation_virtual_start: '2026-01-05T09:00'\n    rotation_turn_length_seconds: 1w\n    users: [ana]"
    result = tree(
        {"x/d.yaml": defaults(Schedule=given), "x/a.yaml": manifest("Schedule", "a", "time_zone: Europe/Berlin")}
    )
    assert said(result) == []
    (own,) = (it for it in result.resources if it.kind == "schedule")
    assert own.positions["schedule_layers[0].end"] == Source("x/d.yaml", 7, 9)
    assert own.positions["time_zone"].file == "x/a.yaml"
    assert len(own.positions) == len(list(own.positions)) == len(dict(own.positions))


def test_a_tombstone_takes_none() -> None:
    result = tree(
        {
            "x/d.yaml": defaults(Team="description: Hi"),
            "x/a.yaml": manifest("Team", "t", more="lifecycle: {absent: true}\n"),
        }
    )
    assert result.problems == ()
    assert "description" not in fields_of(result, "team/t")


def test_variables_and_texts_of_files_count_from_the_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("x/texts").mkdir(parents=True)
    Path("x/texts/mail.html").write_text("<p>Hello ${var:who}</p>\n")
    variables = Variables({"who": "Ana", "hours": "3h"})
    texts = {
        "x/d.yaml": defaults(Template="email_body: {file: texts/mail.html}\nemail_subject: Hi")
        + "  Service:\n    auto_resolve_timeout: ${var:hours}\n    escalation_policy: first\n",
        "x/deep/a.yaml": manifest("Template", "t", "template_type: status_update") + "---\n" + manifest("Service", "s"),
        "s.yaml": SHARED,
    }
    result = load_texts(texts.items(), variables, whole=True)
    assert said(result) == []
    assert "Hello Ana" in str(fields_of(result, "template/t"))
    assert fields_of(result, "service/s")["auto_resolve_timeout"] == 10800


TWO = {"x/a.yaml": manifest("Service", "a") + "---\n" + manifest("Service", "b"), "x/t.yaml": manifest("Team", "t")}


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            defaults(Service="escalation_policy: frist"),
            ["x/d.yaml:5:24: Service.escalation_policy: there is no EscalationPolicy 'frist' among the manifests"],
        ),
        (
            defaults(Service="escalation_policy: first\nauto_resolve_timeout: soon"),
            ["x/d.yaml:6:27: Service.auto_resolve_timeout: 'soon' is not a duration"],
        ),
        (defaults(Service="escalation_policy: 3"), ["x/d.yaml:5:24: Service.escalation_policy: expected"]),
        (defaults(Service="escalation_polcy: first"), ["x/d.yaml:5:5: Service: unknown field 'escalation_polcy'"]),
        (defaults(Servce="escalation_policy: first"), ["x/d.yaml:4:3: unknown kind 'Servce'"]),
        (
            defaults(Service="escalation_policy: first\nname: Shop"),
            ["x/d.yaml:6:5: Service: 'name' cannot have a default. It identifies one service: write it in each manifest."],
        ),
        (
            defaults(Service="escalation_policy: first\nteams: []"),
            ["x/d.yaml:6:5: Service: 'teams' cannot be managed"],
        ),
        (
            defaults(Service="escalation_policy: first") + "metadata: {name: all}\n",
            ["x/d.yaml:6:1: 'metadata' has no place in Defaults"],
        ),
        (
            defaults(Service="escalation_policy: first") + "lifecycle: {protect: true}\n",
            ["x/d.yaml:6:1: 'lifecycle' has no place in Defaults"],
        ),
        (HEAD + "  Service: first\n", ["x/d.yaml:4:12: Service: expected a mapping, got text"]),
        (HEAD + "  - Service\n", ["x/d.yaml:4:3: expected"]),
        (
            defaults(Service="escalation_policy: first\nescalation_policy: first"),
            ["x/d.yaml:6:5: duplicate key 'escalation_policy'"],
        ),
        (defaults(Service="escalation_policy: [first"), ["x/d.yaml:5:24: "]),
        (
            defaults(Service="escalation_policy: first\nincident_urgency_rule: {type: constant, urgency: low}\nsupport_hours: " + SUPPORT),
            ["x/d.yaml:7:5: Service: 'incident_urgency_rule' and 'support_hours' exclude each other"],
        ),
        (defaults(Service="escalation_policy: ${var:nobody}"), ["x/d.yaml:5:24: there is no variable 'nobody'"]),
        (
            defaults(Service="escalation_policy: first\ndescription: ${env:SECRET}"),
            ["x/d.yaml:6:18: ${env:SECRET} works only in a field for secret"],
        ),
        (
            defaults(Service="escalation_policy: first") + "---\n" + defaults(Service="escalation_policy: first"),
            ["x/d.yaml:5:5: Service: 'escalation_policy' has another default at x/d.yaml:11", "x/d.yaml:11:5: "],
        ),
    ],
)  # fmt: skip
def test_one_mistake_is_one_message_at_the_line_of_the_defaults(text: str, lines: list[str]) -> None:
    found = [str(it) for it in tree({**TWO, "x/d.yaml": text}, whole=False).problems]
    assert [it[: len(line)] for it, line in zip(found, lines, strict=True)] == lines


def test_what_is_wrong_with_one_manifest_alone_is_named() -> None:
    given = defaults(Service="escalation_policy: first\nsupport_hours: " + SUPPORT)
    result = tree({"x/d.yaml": given, **TWO, "x/c.yaml": manifest("Service", "c", f"incident_urgency_rule: {HOURS}")})
    (problem,) = map(str, result.problems)
    assert problem.startswith("x/d.yaml:6:5: Service: 'support_hours' needs incident_urgency_rule")
    assert "(default of service/a, service/b)" in problem
    assert [it.key for it in result.resources if it.kind == "service"] == ["c"]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
def test_what_identifies_an_object_has_no_default(kind: Any) -> None:
    for name in {*kind.identity, kind.label, kind.shown_name} & set(kind.fields_by_name):
        assert name in refused_fields(kind)
        result = tree({"x/d.yaml": defaults(**{kind.name: f"{name}: x"})}, whole=False)
        assert [str(it).split(". ")[0] for it in result.problems] == [
            f"x/d.yaml:5:5: {kind.name}: {name!r} cannot have a default"
        ]


def test_defaults_that_no_manifest_can_take_are_a_warning() -> None:
    texts = {
        "x/d.yaml": defaults(Service="auto_resolve_timeout: 4h", Team="description: x"),
        "y/a.yaml": manifest("Team", "t"),
    }
    found = said(tree(texts))
    assert [line.split(": ")[0] for line in found] == ["x/d.yaml:4:3", "x/d.yaml:6:3"]
    assert all("in this folder or below, so these defaults have no effect" in line for line in found)
    assert said(tree(texts, whole=False)) == []


def write(texts: dict[str, str]) -> None:
    for name, text in texts.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text, encoding="utf-8")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of pdsync.yaml, whose manifests are in two folders below it."""
    monkeypatch.chdir(tmp_path)
    write(
        {
            "org.yaml": defaults(Service="auto_resolve_timeout: 4h"),
            "docker-compose.yaml": "services: {Defaults: [unclosed\n",
            "all/defaults.yaml": defaults(Service="escalation_policy: first")
            + "---\n"
            + manifest("Team", "not-loaded"),
            "all/shared/s.yaml": SHARED,
            "all/red/a.yaml": manifest("Service", "a"),
        }
    )
    return tmp_path


@pytest.mark.parametrize("paths", [["all/red", "all/shared"], ["all/red/a.yaml", "all/shared"], ["all"]])
@pytest.mark.parametrize("absolute", [True, False])
def test_defaults_above_the_paths_count_up_to_the_folder_of_the_configuration(
    here: Path, paths: list[str], absolute: bool
) -> None:
    named = [str(here / path) for path in paths] if absolute else paths
    result = load_manifests(named, tops=[".", "all"])
    assert result.problems == ()
    assert fields_of(result, "service/a")["auto_resolve_timeout"] == 14400
    assert ("team/not-loaded" in {it.address for it in result.resources}) is (paths == ["all"])
    lower = load_manifests(named, tops=["all"])
    assert "auto_resolve_timeout" not in fields_of(lower, "service/a")


def test_what_hides_defaults_above_is_a_problem(here: Path) -> None:
    Path("org.yaml").write_text(defaults(Service="auto_resolve_timeout: [4h"))
    (problem,) = load_manifests(["all"], tops=["."]).problems
    assert (problem.source.file, problem.source.line) == ("org.yaml", 5)
    Path("org.yaml").unlink()
    Path("org.yaml").symlink_to("nowhere")
    assert load_manifests(["all"], tops=["."]).problems == ()  # a link counts where it leads


def test_a_folder_that_is_reached_by_a_link_keeps_its_own_defaults(here: Path) -> None:
    write({"other/d.yaml": defaults(Service="auto_resolve_timeout: 1h")})
    os.symlink("../all/red", "other/red")
    result = load_manifests(["all", "other"], tops=["."])
    assert result.problems == ()
    assert fields_of(result, "service/a")["auto_resolve_timeout"] == 14400


def test_two_workspaces_that_share_a_folder_agree(here: Path) -> None:
    write(
        {
            "all/red/u.yaml": manifest("User", "bea", "email: bea@example.com"),
            "all/people.yaml": defaults(User="role: user"),
        }
    )
    own = load_manifests(["all/red", "all/shared"], tops=[".", "all/red", "all/shared"])
    other = Neighbour("b", frozenset({"user"}), ("all",), Variables(), ".")
    assert find_shared(Claims("a", frozenset({"user"}), own.resources), [other]) == ()
    assert fields_of(own, "user/bea")["role"] == "user"


@cache
def pool() -> dict[str, dict[str, list[Any]]]:
    """Values for the fields of each kind, without those that exclude each other."""
    left_out = {"rotation", "support_hours", "scheduled_actions", "incident_urgency_rule", "recurrence", "exclusive"}
    found: dict[str, dict[str, list[Any]]] = {}
    for kind in BY_NAME.values():
        names = {part.name: part for part in kind.spec.parts if part.name not in {*refused_fields(kind), *left_out}}
        found[kind.name] = {name: list(samples(part.codec))[:4] for name, part in names.items()}
    return found


FOLDERS = ("top/", "top/a/", "top/a/b/", "top/a/b/c/", "top/d/")


def written_out(
    kind: str, folder: str, spec: dict[str, Any], given: dict[str, dict[str, dict[str, Any]]]
) -> dict[str, Any]:
    """The spec with the fields of Defaults written into it: the rules once more, in other words."""
    whole = dict(spec)
    for above in sorted((it for it in given if folder.startswith(it)), key=len, reverse=True):
        whole = {**given[above].get(kind, {}), **whole}
    modes = {f"{child.name}_mode": child.name for child in BY_NAME[kind].children}
    return {name: value for name, value in whole.items() if name in spec or modes.get(name, name) in whole}


def document(kind: str, key: str, spec: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": "pdsync/v1", "kind": kind, "metadata": {"name": key}, "spec": spec}


@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.generate])  # a smaller seed is no smaller tree
@given(st.integers(0, 2**32))
def test_defaults_mean_the_same_as_the_fields_written_out(seed: int) -> None:
    chance = random.Random(seed)

    def draw(kind: str, most: int) -> dict[str, Any]:
        names = chance.sample(sorted(pool()[kind]), min(most, len(pool()[kind])))
        return {name: chance.choice(pool()[kind][name]) for name in names if pool()[kind][name]}

    kinds = chance.sample(sorted(pool()), 3)
    given_by = {
        folder: {kind: drawn for kind in kinds if (drawn := draw(kind, 3))} for folder in chance.sample(FOLDERS, 3)
    }
    short, long = [], []
    for at in range(12):
        kind, folder = chance.choice(kinds), chance.choice(FOLDERS)
        if BY_NAME[kind].source.single:
            kinds.remove(kind)  # there is one such object
        spec = {**example_of(BY_NAME[kind])["spec"], **draw(kind, 2)}
        for name in set(spec) & set(pool()[kind]):
            if chance.random() < 0.5:
                del spec[name]
        if kind == "User":
            spec["email"] = f"u{at}@example.com"
        if kind == "JiraRule":
            spec["project"] = f"p{at}"
        short.append((f"{folder}{at}.yaml", yaml.safe_dump(document(kind, f"k{at}", spec))))
        long.append((f"{at}.yaml", yaml.safe_dump(document(kind, f"k{at}", written_out(kind, folder, spec, given_by)))))
    texts = [
        (f"{folder}defaults.yaml", yaml.safe_dump({"apiVersion": "pdsync/v1", "kind": "Defaults", "spec": spec}))
        for folder, spec in given_by.items()
        if spec
    ]
    shared = [("targets.yaml", TARGETS)]
    files = [*texts, *short, *shared]
    chance.shuffle(files)
    found, expected = load_texts(files), load_texts([*long, *shared])
    assert meaning(found) == meaning(expected)
    assert bool(found.problems) == bool(expected.problems)


def meaning(result: LoadResult) -> list[Any]:
    return [(it.address, it.fields, it.children, it.modes) for it in result.resources]


def targets() -> str:
    """Manifests for the keys that samples refer to."""
    plain = [document("User", key, {"email": f"{key}@example.com"}) for key in KEYS["user"]]
    plain += [document("Team", key, {}) for key in KEYS["team"]]
    rule = {"escalation_delay_in_minutes": 30, "targets": [{"user": KEYS["user"][0]}]}
    plain += [document("EscalationPolicy", key, {"escalation_rules": [rule]}) for key in KEYS["escalation_policy"]]
    plain += [document("Service", key, {"escalation_policy": KEYS["escalation_policy"][0]}) for key in KEYS["service"]]
    rotation = {"weekly": [KEYS["user"][0]], "starts": "2026-01-05T09:00"}
    plain += [document("Schedule", key, {"time_zone": "Etc/UTC", "rotation": rotation}) for key in KEYS["schedule"]]
    return yaml.safe_dump_all(plain)


TARGETS = targets()
