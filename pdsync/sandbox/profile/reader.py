"""Reader: a profile from a document, and from a YAML or JSON file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pdsync.sandbox.profile.error import ProfileError
from pdsync.sandbox.profile.feature import FEATURES
from pdsync.sandbox.profile.profile import Consistency, Profile, SingleSignOn
from pdsync.sandbox.profile.schema import account_schema
from pdsync.sandbox.validator import Flaw, Validator

_VALIDATOR = Validator(account_schema)
_MAX_BYTES = 1_000_000


def parse_profile(document: Any) -> Profile:
    """Raises ProfileError that names every problem."""
    flaws = _VALIDATOR.flaws(document)
    if flaws:
        raise ProfileError([flaw.sentence() for flaw in flaws])
    return _profile(document)


def load_profile(path: Path) -> Profile:
    """A YAML or JSON file. Raises ProfileError whose problems name file and line, OSError for a file that cannot be read."""
    from pdsync.sandbox.profile.located import UnreadableError, read_located

    data = path.read_bytes()
    if len(data) > _MAX_BYTES:
        raise ProfileError([f"{path}: has more than {_MAX_BYTES} bytes, which no account profile needs"])
    try:
        located = read_located(data)
    except UnreadableError as error:
        raise ProfileError([f"{path}:{error.line}: {error}"]) from None
    flaws = _VALIDATOR.flaws(located.value)
    if flaws:
        raise ProfileError([_placed(path, located.line(flaw.path), flaw) for flaw in flaws])
    return _profile(located.value)


def _placed(path: Path, line: int, flaw: Flaw) -> str:
    return f"{path}:{line}: {flaw.sentence()}"


def _profile(document: Mapping[str, Any]) -> Profile:
    without = document.get("without", {})
    sso = document.get("sso", {})
    return Profile(
        readings=dict(document.get("readings", {})),
        missing={it: FEATURES[it].status for it in without} if isinstance(without, list) else dict(without),
        abilities=dict(document.get("abilities", {})),
        private_teams=tuple(document.get("private_teams", ())),
        sso=_single_sign_on(sso) if sso and sso.get("managed", True) else None,
        lags={
            name: Consistency(it.get("seconds"), it.get("reads"), it.get("seen_by") == "all")
            for name, it in document.get("lag", {}).items()
        },
    )


def _single_sign_on(document: Mapping[str, Any]) -> SingleSignOn:
    domains = tuple(it.lower() for it in document.get("domains", ()))
    # PagerDuty holds addresses in lower case.
    addresses = {old.lower(): new.lower() for old, new in document.get("addresses", {}).items()}
    return SingleSignOn(domains, addresses)
