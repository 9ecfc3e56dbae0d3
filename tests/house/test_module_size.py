"""A module that a reader can take in: at most 400 lines, generated tables excepted."""

from __future__ import annotations

from tests.house.source import PACKAGE

_GENERATED = {"client/endpoint_table.py"}


def test_no_module_is_longer_than_400_lines() -> None:
    sizes = {
        file.relative_to(PACKAGE).as_posix(): len(file.read_text(encoding="utf-8").splitlines())
        for file in PACKAGE.rglob("*.py")
    }
    assert {name: size for name, size in sizes.items() if size > 400 and name not in _GENERATED} == {}


def test_a_kind_is_one_file() -> None:
    from pdsync.kinds import KINDS, TESTS

    files = {file.stem for file in (PACKAGE / "kinds").glob("*.py")} - {"__init__"}
    assert files == {kind.slug for kind in (*KINDS, *TESTS.values())}
