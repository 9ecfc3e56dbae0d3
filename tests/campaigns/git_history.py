"""The manifests of a world under git: every state is a commit, and any of them can be reverted or gone back to."""

from __future__ import annotations

import subprocess
from pathlib import Path
from random import Random

_WHO = ("-c", "user.name=Campaign", "-c", "user.email=campaign@example.com", "-c", "commit.gpgsign=false")


class GitHistory:
    """A repository whose only content is one folder of manifests."""

    def __init__(self, folder: Path) -> None:
        """`folder` is the one that holds the manifests; the repository is its parent."""
        self._folder = folder
        self._git("init", "-q", "-b", "main")

    def commit(self, says: str) -> None:
        """Records the manifests as they are, also where nothing is different."""
        self._git("add", "-A", self._folder.name)
        self._git("commit", "-q", "--allow-empty", "-m", says)

    def revert(self, random: Random) -> bool:
        """Reverts one of the last commits, as ``git revert`` does; False where each of them conflicts with later ones."""
        commits = self._commits()[:-1][:8]  # what the first one made is not taken out
        random.shuffle(commits)
        for commit in commits:
            if self._run("revert", "--no-edit", commit) == 0:
                return True
            self._run("revert", "--abort")
            self._git("reset", "-q", "--hard")
        return False

    def go_back(self, random: Random) -> None:
        """Makes the manifests what they were at an earlier commit, and records that."""
        chosen = random.choice(self._commits())
        self._git("rm", "-r", "-q", "-f", "--ignore-unmatch", self._folder.name)
        self._git("checkout", chosen, "--", self._folder.name)
        self.commit(f"Back to {chosen[:8]}")

    def drop_last(self) -> None:
        """Takes back the last commit, as if no one had pushed it."""
        self._git("reset", "-q", "--hard", "HEAD~1")
        self._folder.mkdir(exist_ok=True)

    def _commits(self) -> list[str]:
        """The commits, newest first."""
        done = subprocess.run(
            ["git", "log", "--format=%H"], cwd=self._folder.parent, check=True, capture_output=True, text=True
        )
        return done.stdout.split()

    def _git(self, *arguments: str) -> None:
        assert self._run(*arguments) == 0, arguments

    def _run(self, *arguments: str) -> int:
        done = subprocess.run(["git", *_WHO, *arguments], cwd=self._folder.parent, check=False, capture_output=True)
        return done.returncode
