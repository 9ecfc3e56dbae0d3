"""GitHub and GitLab as places for comments."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from pdsync.forge.api import ForgeApi, ForgeError

_REPOSITORY = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+")
_COMMIT = re.compile(r"[0-9a-f]{40,64}")


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment that is there."""

    id: int
    body: str
    is_ours: bool
    """True where the user of our token wrote it."""


class Host(Protocol):
    """A request to merge something, with its comments. All methods raise ForgeError."""

    def comments(self) -> Iterator[Comment]:
        """All comments, oldest first."""
        ...

    def create(self, body: str) -> None:
        """Adds a comment."""
        ...

    def update(self, comment: Comment, body: str) -> None:
        """Replaces the text of a comment."""
        ...


class GitHub:
    """A pull request of GitHub, as a workflow's environment describes it."""

    def __init__(self, env: Mapping[str, str], number: int | None, author: str | None) -> None:
        """`author` is whom the token speaks for. Raises ForgeError where the environment lacks something."""
        repository = _needed(env, "GITHUB_REPOSITORY")
        if not _REPOSITORY.fullmatch(repository):
            raise ForgeError(f"GITHUB_REPOSITORY is {repository!r}, which is not OWNER/NAME")
        self._author = author or "github-actions[bot]"  # GITHUB_TOKEN cannot ask whose it is
        self._api = ForgeApi(
            env.get("GITHUB_API_URL") or "https://api.github.com",
            {
                "Authorization": f"Bearer {_needed(env, 'GITHUB_TOKEN')}",
                "Accept": "application/vnd.github+json",
                "X-GitHub-Api-Version": "2022-11-28",
            },
        )
        self._repository = f"/repos/{repository}"
        self.number = number or _event_number(env.get("GITHUB_EVENT_PATH")) or self._of_commit(env.get("GITHUB_SHA"))

    def _of_commit(self, commit: str | None) -> int | None:
        if commit is None or not _COMMIT.fullmatch(commit):
            return None
        found = self._api.get(f"{self._repository}/commits/{commit}/pulls")
        return next((int(pull["number"]) for pull in found), None)

    def comments(self) -> Iterator[Comment]:
        for item in self._api.pages(f"{self._repository}/issues/{self.number}/comments"):
            author = (item.get("user") or {}).get("login")
            yield Comment(int(item["id"]), str(item.get("body") or ""), author == self._author)

    def create(self, body: str) -> None:
        self._api.send("POST", f"{self._repository}/issues/{self.number}/comments", {"body": body})

    def update(self, comment: Comment, body: str) -> None:
        self._api.send("PATCH", f"{self._repository}/issues/comments/{comment.id}", {"body": body})


class GitLab:
    """A merge request of GitLab, as a job's environment describes it."""

    def __init__(self, env: Mapping[str, str], number: int | None) -> None:
        """Raises ForgeError where the environment lacks something."""
        project = _needed(env, "CI_PROJECT_ID")
        if not project.isdecimal():
            raise ForgeError(f"CI_PROJECT_ID is {project!r}, which is not a number")
        # The job's own token may not write comments, so this is one that someone made for it.
        self._api = ForgeApi(_needed(env, "CI_API_V4_URL"), {"PRIVATE-TOKEN": _needed(env, "GITLAB_TOKEN")})
        self._project = f"/projects/{project}"
        own = env.get("CI_MERGE_REQUEST_IID", "")
        self.number = number or (int(own) if own.isdecimal() else self._of_commit(env.get("CI_COMMIT_SHA")))

    def _of_commit(self, commit: str | None) -> int | None:
        if commit is None or not _COMMIT.fullmatch(commit):
            return None
        found = self._api.get(f"{self._project}/repository/commits/{commit}/merge_requests")
        return next((int(request["iid"]) for request in found), None)

    def comments(self) -> Iterator[Comment]:
        me = self._api.get("/user")["id"]
        for item in self._api.pages(f"{self._project}/merge_requests/{self.number}/notes?sort=asc&order_by=created_at"):
            author = (item.get("author") or {}).get("id")
            yield Comment(int(item["id"]), str(item.get("body") or ""), author == me)

    def create(self, body: str) -> None:
        self._api.send("POST", f"{self._project}/merge_requests/{self.number}/notes", {"body": body})

    def update(self, comment: Comment, body: str) -> None:
        self._api.send("PUT", f"{self._project}/merge_requests/{self.number}/notes/{comment.id}", {"body": body})


def _needed(env: Mapping[str, str], name: str) -> str:
    value = env.get(name, "").strip()
    if not value:
        raise ForgeError(f"{name} is not set", "It is needed to know where the comment goes or who writes it.")
    return value


def _event_number(path: str | None) -> int | None:
    """The number of the pull request that started a workflow; None where something else did."""
    if not path:
        return None
    try:
        with open(path, encoding="utf-8") as file:
            event: Any = json.load(file)
    except (OSError, ValueError):
        return None
    pull = event.get("pull_request") if isinstance(event, dict) else None
    number = pull.get("number") if isinstance(pull, dict) else None
    return number if isinstance(number, int) else None
