"""The secrets of a run, and the one place that takes them out of what is printed or written.

A secret is known because it is used (a token, a routing key), or because an argument looks like one: people type a token where a
file name or a workspace belongs, and an error message that repeats it ends up in a CI log.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from threading import RLock
from urllib.parse import quote

_VARIABLES = ("PAGERDUTY_TOKEN", "PAGERDUTY_ROUTING_KEY", "GITHUB_TOKEN", "GITLAB_TOKEN", "PDSYNC_COMMENT_TOKEN")
_PLAIN_VARIABLES = ("PDSYNC_API_URL", "PDSYNC_WORKSPACE", "PDSYNC_SANDBOX_SEED", "PDSYNC_TIMEOUT", "PAGERDUTY_FROM")
"""They hold no secret, unless it was put into the wrong one."""
# A shorter text is a typing error and no credential, and its letters are in every sentence.
_SHORTEST = 8
_SHORTEST_VALUE = 4
"""Values of manifests are secrets for certain, so shorter ones are hidden too. What is shorter still is in every number and word."""
HIDDEN = "[secret]"
"""What is shown in place of such a value: of a password that people chose, four characters are too many."""
_SEPARATOR = re.compile(r"[/=:@,;?&\s]+")
# PagerDuty's keys have 20 characters of this alphabet; those of users begin with u+, those of OAuth with pdus+ and the like. A name
# in a manifest is lower-case, so 20 characters of both cases with a digit or a sign are a key.
_PREFIXED = re.compile(r"(?:u|pd[a-z]{2})\+[A-Za-z0-9_+-]{16,}")
_TWENTY = re.compile(r"(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9_+])[A-Za-z0-9_+-]{20}")
# A routing key. Deduplication keys and parts of paths have this form too, so it counts as an argument of its own only, and in errors.
_ROUTING_KEY = re.compile(r"(?<![A-Za-z0-9])(?=[0-9]*[A-Za-z])(?=[A-Za-z]*[0-9])[A-Za-z0-9]{32}(?![A-Za-z0-9])")
_DEDUP_KEY = ("-i", "--dedup-key")
_CREDENTIAL = re.compile(r"(Token token=|Bearer )[^\s'\",\\]+")


class Secrets:
    """The secrets of one run."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        self._known: dict[str, str] = {}
        self._values: frozenset[str] = frozenset()
        # Every thread that writes a journal or a log hides what became known. Both members are replaced and never changed, so that a
        # text can be looked through at the same time. A signal may come in the thread that has the lock.
        self._changing = RLock()
        self._more: Callable[[], Iterable[str]] = tuple
        for secret in known:
            self.append(secret)

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __repr__(self) -> str:
        return f"<{len(self._known)} secrets>"

    def append(self, secret: str) -> None:
        """Hides this text from now on, as it is and as a URL spells it."""
        if len(secret) >= _SHORTEST:
            shown = _last_4(secret)
            with self._changing:
                self._known = _longest_first({**self._known, secret: shown, quote(secret, safe=""): shown})

    def append_value(self, value: str) -> None:
        """Hides a value of a manifest from now on, in every form in which it may be repeated."""
        if value in self._values:
            return
        found: dict[str, str] = {}
        if len(value.strip()) >= _SHORTEST_VALUE:
            from pdsync.cli.secret_form import forms_of

            found = dict.fromkeys((form for form in forms_of(value) if len(form) >= _SHORTEST_VALUE), HIDDEN)
        with self._changing:
            self._known = _longest_first({**found, **self._known})
            self._values |= {value}

    def follow(self, more: Callable[[], Iterable[str]]) -> None:
        """Hides also the values that this gives, at the moment when something is printed or written."""
        self._more = more

    def learn(self, arguments: Sequence[str], environ: Mapping[str, str]) -> None:
        """Hides what the environment holds, and what looks like a token in the arguments."""
        for name in _VARIABLES:
            self.append(environ.get(name, "").strip())
        for option, value in zip(("", *arguments), arguments, strict=False):
            word = value.partition("=")[2] if value.startswith("-") else value
            if option not in _DEDUP_KEY and not value.startswith(_DEDUP_KEY) and _ROUTING_KEY.fullmatch(word):
                self.append(word)
        for text in (*arguments, *(environ.get(name, "") for name in _PLAIN_VARIABLES)):
            for word in _SEPARATOR.split(text):
                if looks_like_token(word):
                    self.append(word)

    def mask(self, text: str) -> str:
        """The text without the secrets."""
        for value in self._more():
            self.append_value(value)
        for secret, shown in self._known.items():
            if secret in text:
                text = text.replace(secret, shown)
        return self._without_pieces(text) if self._values else text

    def _without_pieces(self, text: str) -> str:
        from pdsync.cli.secret_form import hide_pieces

        for value in self._values:
            text = hide_pieces(text, value, HIDDEN)
        return text

    def mask_log(self, text: str) -> str:
        """The text without the secrets, and without the value of a credential header: for journals and crash reports."""
        return _CREDENTIAL.sub(r"\1[token]", self.mask(text))


def _longest_first(known: Mapping[str, str]) -> dict[str, str]:
    """The order in which texts are hidden: one may be a part of another."""
    return dict(sorted(known.items(), key=lambda item: -len(item[0])))


def _last_4(secret: str) -> str:
    """As the client abbreviates secrets. That is not imported: --version must not wait for the HTTP library."""
    return "*" + secret[-4:]


def looks_like_token(word: str) -> bool:
    """Whether a word of the command line has the form of an API token of PagerDuty."""
    return bool(_PREFIXED.fullmatch(word) or _TWENTY.fullmatch(word))


def mask_routing_keys(text: str) -> str:
    """The text of an error about arguments, without what has the form of a routing key."""
    return _ROUTING_KEY.sub(lambda found: _last_4(found[0]), text)
