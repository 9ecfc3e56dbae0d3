from __future__ import annotations

import json
from pathlib import Path

import pytest

from pdsync.sandbox.profile import Consistency, Profile, ProfileError, SingleSignOn
from pdsync.sandbox.profile.reader import load_profile, parse_profile

WHOLE = Profile(
    readings={"rotation_virtual_start": "whole_minutes"},
    missing={"teams": 402, "aiops": 403},
    abilities={"sso": True},
    private_teams=("Core",),
    sso=SingleSignOn(("example.com",), {"old@example.com": "new@example.com"}),
    lags={"users": Consistency(reads=2), "teams": Consistency(seconds=0.5, everywhere=True)},
)


def problems(tmp_path: Path, text: str | bytes, name: str = "account.yaml") -> list[str]:
    file = tmp_path / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ProfileError) as caught:
        load_profile(file)
    assert all(it.startswith(str(file)) for it in caught.value.problems)
    return [it.removeprefix(str(file)) for it in caught.value.problems]


def test_what_a_profile_is_shown_as_is_read_as_the_same() -> None:
    again = parse_profile(WHOLE.document())
    assert again.document() == WHOLE.document()
    assert (again.missing, again.sso, again.lags) == (WHOLE.missing, WHOLE.sso, WHOLE.lags)


def test_a_list_of_features_is_refused_with_402() -> None:
    assert parse_profile({"account": 1, "without": ["teams"]}).missing == {"teams": 402}


def test_json_is_read_too_with_tabs_and_a_byte_order_mark(tmp_path: Path) -> None:
    file = tmp_path / "account.json"
    file.write_text(json.dumps(WHOLE.document(), indent="\t"), encoding="utf-8-sig")
    assert load_profile(file).document() == WHOLE.document()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [":1: the document must be an object"]),
        ("readings: {}\n", [":1: account is missing: begin the file with  account: 1"]),
        ("account: 2\n", [":1: account must be 1, the version of this form"]),
        (
            "account: 1\nreadings:\n  rotation_virtual_start: whole_minute\n",
            [
                ":3: readings.rotation_virtual_start must be one of: any_second, whole_minutes; "
                "did you mean whole_minutes?"
            ],
        ),
        (
            "account: 1\nreadings:\n\n  rotation_virtual_stat: any_second\n",
            [":4: readings.rotation_virtual_stat is unknown; did you mean rotation_virtual_start?"],
        ),
        ("account: 1\nwithout:\n- teams\n- team\n", [":4: without[1] must be one of: .*; did you mean teams?"]),
        ("account: 1\nwithout:\n  teams: 404\n", [":3: without.teams must be 402 or 403, the status of the refusal"]),
        ("account: 1\nlag:\n  user: {reads: 1}\n", [":3: lag.user is unknown; did you mean users?"]),
        ("account: 1\nlag:\n  users: {}\n", [":3: lag.users must have either reads or seconds"]),
        ("account: 1\nlag:\n  users: {reads: 1, seconds: 1}\n", [":3: lag.users must have either reads or seconds"]),
        ("account: 1\nsso:\n  addresses: {a@b: c}\n", [":3: sso.addresses.a@b must be an email address"]),
        ("account: 1\n5: x\n", [":1: [5] is unknown; there is: .*"]),
        ("account: 1\nlag: &a {}\nsso: *a\n", [":3: has an alias (*), which an account profile cannot have"]),
        ("account: 1\naccount: 1\n", [":2: has 'account' twice; keep one of them"]),
        ("account: [\n", [":2: is neither YAML nor JSON: .*"]),
        (b"account: 1\nsso: \xff\n", [":2: is not text in UTF-8"]),
        ("account: 1\nsso: 2026-01-01\n", [":2: sso must be an object"]),
        (b"x" * 1_000_001, [": has more than 1000000 bytes, which no account profile needs"]),
    ],
)
def test_problems_name_line_thing_and_what_to_do(tmp_path: Path, text: str | bytes, expected: list[str]) -> None:
    found = problems(tmp_path, text)
    assert len(found) == len(expected)
    for sentence, wanted in zip(found, expected, strict=True):
        head, _, tail = wanted.partition(".*")
        assert (sentence[: len(head)], sentence[len(sentence) - len(tail) :]) == (head, tail)


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    assert len(problems(tmp_path, "account: 1\nredings: {}\nlag: 5\nsso: {managed: 1}\n")) == 3


def test_no_name_of_a_question_or_a_reading_is_another_thing_in_yaml() -> None:
    import yaml

    from pdsync.sandbox.profile import QUESTIONS

    for question in QUESTIONS.values():
        for name in (question.name, *question.readings):
            assert yaml.safe_load(name) == name
