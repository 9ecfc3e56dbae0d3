"""The code host is read from the remotes of a repository, and guessed from nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from pdsync.cli.starter.host import find_host


@pytest.mark.parametrize(
    ("urls", "host"),
    [
        (["git@github.com:acme/oncall.git"], "github"),
        (["https://github.com/acme/gitlab-tools.git"], "github"),
        (["ssh://git@github.acme.example:22/acme/oncall.git"], "github"),
        (["https://gitlab.com/acme/oncall.git"], "gitlab"),
        (["git@gitlab.acme.example:acme/oncall.git"], "gitlab"),
        (["https://ana:secret@gitlab.acme.example/oncall.git"], "gitlab"),
        (["git@bitbucket.org:acme/github-tools.git"], "none"),
        (["/srv/git/github/oncall.git"], "none"),
        (["git@github.com:acme/a.git", "https://gitlab.com/acme/a.git"], "none"),
        ([], "none"),
    ],
)
def test_a_host(tmp_path: Path, urls: list[str], host: str) -> None:
    (tmp_path / ".git").mkdir()
    remotes = (f'[remote "r{number}"]\n\turl = {url}\n' for number, url in enumerate(urls))
    (tmp_path / ".git" / "config").write_text("".join(remotes))
    assert find_host(tmp_path) == host
    assert find_host(tmp_path / "inner") == "none"


def test_no_repository_has_no_host(tmp_path: Path) -> None:
    assert find_host(tmp_path) == "none"
    (tmp_path / ".git").write_text("gitdir: ../elsewhere\n")
    assert find_host(tmp_path) == "none"
