"""pdsync.yaml."""

from __future__ import annotations

from pathlib import Path

import pytest

from pdsync.cli.setting.config import Config, ConfigError, load_config, read_config
from tests.cli.conftest import Pdsync

FULL = """\
workspace: acme
paths: [a, b/c.yaml]
prune:
  mode: owned
  max_deletes: 3
  max_delete_percent: 50
  kinds: {Service: off, EscalationPolicy: report}
removed_fields: keep
api_url: https://api.eu.pagerduty.com
subdomain: acme
from: Ana@Example.com
"""


def test_every_key_is_read(folder: Path) -> None:
    assert read_config(FULL, Path("x/pdsync.yaml")) == Config(
        names_workspace=True,
        file=Path("x/pdsync.yaml"),
        workspace="acme",
        paths=("a", "b/c.yaml"),
        prune="owned",
        prune_by_kind={"service": "off", "escalation_policy": "report"},
        max_deletes=3,
        max_delete_percent=50,
        removed_fields="keep",
        api_url="https://api.eu.pagerduty.com",
        subdomain="acme",
        from_email="ana@example.com",
    )


def test_without_a_file_and_with_an_empty_one_there_are_defaults(folder: Path) -> None:
    assert load_config(None) == Config()
    (folder / "pdsync.yaml").write_text("# nothing yet\n")
    assert load_config(None) == Config(file=Path("pdsync.yaml"))
    assert load_config(None).manifest_paths() == ["."]


def test_paths_are_relative_to_the_file() -> None:
    assert read_config("paths: [a, /b]", Path("x/y/pdsync.yaml")).manifest_paths() == ["x/y/a", "/b"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("workspace: Bad Name\n", "pdsync.yaml:1:12: workspace: 'Bad Name' is not a workspace name"),
        ("a: 1\n", "pdsync.yaml:1:1: unknown key 'a'"),
        ("prune: {mode: all}\n", "pdsync.yaml:1:15: prune.mode: 'all' is not one of: off, report, owned"),
        ("prune: {kinds: {User: owned}}\n", "pdsync.yaml:1:17: unknown kind 'User'"),
        ("prune: {max_delete_percent: 101}\n", "pdsync.yaml:1:29: prune.max_delete_percent: 101 is above"),
        ("removed_fields: forget\n", "pdsync.yaml:1:17: removed_fields: 'forget' is not one of: reset, keep"),
        ("paths: []\n", "pdsync.yaml:1:8: paths: needs at least 1 path"),
        ("region: asia\n", "pdsync.yaml:1:9: region: 'asia' is not one of: us, eu"),
        (
            "api_url: https://evil.example\n",
            "pdsync.yaml:1:10: api_url: is not an address of PagerDuty or of this machine",
        ),
        ("api_url: https://pagerduty.com.evil.example\n", "is not an address of PagerDuty"),
        ("api_url: https://api.pagerduty.com\nregion: us\n", "pdsync.yaml:2:1: cannot go with api_url"),
        ("workspace: [a\n", "pdsync.yaml:1:12: the '[' that opens here is never closed"),
        ("workspace: a\nworkspace: b\n", "pdsync.yaml:2:1: "),
        ("a: 1\n---\nb: 2\n", "here a second one begins"),
        ("- a\n", "expected a mapping"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_config(text, Path("pdsync.yaml"))
    assert said in caught.value.message


def test_everything_wrong_is_told_at_once(pdsync: Pdsync, folder: Path) -> None:
    (folder / "pdsync.yaml").write_text("workspace: Bad Name\nprunes: {}\napi_url: https://evil.example\n")
    run = pdsync("plan")
    assert run.code == 1
    assert [line.split(":")[2] for line in run.err.splitlines()] == ["1", "2", "3"]


@pytest.mark.parametrize("kind", ["missing", "folder", "link", "bytes"])
def test_a_configuration_that_cannot_be_read_is_told_by_name(pdsync: Pdsync, folder: Path, kind: str) -> None:
    file = folder / "pdsync.yaml"
    if kind == "folder":
        file.mkdir()
    elif kind == "link":
        file.symlink_to("nowhere")
    elif kind == "bytes":
        file.write_bytes(b"workspace: \xff\n")
    run = pdsync("--config", "pdsync.yaml", "validate")
    assert run.code == 1
    assert run.err.startswith("error: pdsync.yaml")
