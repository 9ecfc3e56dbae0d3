"""pdsync.yaml: how the manifests of a folder are treated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from pdsync.cli.error import CliError
from pdsync.cli.setting.workspace import (
    VARIABLES,
    WORKSPACE_NAME,
    check_variables,
    choose_workspace,
    merge,
    variables_of,
    workspaces_of,
)
from pdsync.kinds import BY_NAME, KINDS
from pdsync.manifest.claim import Neighbour
from pdsync.manifest.file import read_text
from pdsync.manifest.flaw import Flaw
from pdsync.manifest.variable import Variables
from pdsync.manifest.yaml_text import Document, read_yaml
from pdsync.model import Scope
from pdsync.model.codec.plain import Canonical, Choice, Codec, Email, Integer, Text, Token
from pdsync.model.codec.structure import ListOf, Object, Part
from pdsync.model.ownership import ByNaming
from pdsync.model.scope import Path as ValuePath
from pdsync.model.scope import Problem, render_path
from pdsync.model.validator import read_value
from pdsync.plan import PRUNE_MODES, REMOVED_FIELDS, DeleteLimit, PruneMode, RemovedFields

CONFIG_NAME = "pdsync.yaml"
_MODE = Choice(PRUNE_MODES)
_LIMITS = (
    Part("max_deletes", Integer(minimum=0), "A plan with more deletes and removed items is refused."),
    Part("max_delete_percent", Integer(0, 100), "A plan that takes away more of what is managed is refused."),
)


_PRUNE_MODE = Part("mode", _MODE, "What happens to managed objects without a manifest: off, report or owned.")
_KIND_PRUNE = Object((_PRUNE_MODE, *_LIMITS), noun="key")


@dataclass(frozen=True, slots=True)
class _KindPrune(Codec):
    """How a kind is pruned: a mode, or a mapping with a mode and limits of its own."""

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [_MODE.schema(), _KIND_PRUNE.schema()]}

    def desired(self, value: Any, scope: Scope, path: ValuePath) -> Canonical:
        return _KIND_PRUNE.desired(value, scope, path) if isinstance(value, Mapping) else {"mode": value}


@dataclass(frozen=True, slots=True)
class _Rules(Codec):
    """Rules about on-call. What judges them, and so their schema, is imported only where there are some."""

    def desired(self, value: Any, scope: Scope, path: ValuePath) -> Canonical:
        from pdsync.cli.setting.rule_config import RULES_CODEC

        return read_value(RULES_CODEC, value, scope, path)


_PRUNE = Object(
    (
        _PRUNE_MODE,
        *_LIMITS,
        Part(
            "kinds",
            Object(
                tuple(Part(kind.name, _KindPrune()) for kind in BY_NAME.values() if kind.marker_line is not None),
                noun="kind",
            ),
            "The mode and the limits of single kinds, where they differ.",
        ),
    ),
    noun="key",
)
BY_NAMING = {
    kind.ownership.setting: kind.slug
    for kind in KINDS
    if isinstance(kind.ownership, ByNaming) and kind.ownership.setting
}
"""Slugs of the kinds without an ownership line, by the key that says whether their existing objects are managed."""
HOSTED = {child.name: child.hosted for kind in KINDS for child in kind.children if child.hosted is not None}
"""The child lists that other hosts keep, by name."""
_VARIABLE = Token(
    "[A-Za-z_][A-Za-z0-9_]*",
    "the name of an environment variable",
    "Write its name; the value belongs in the environment.",
)
_CREDENTIALS = Object(
    (Part("user_token", _VARIABLE, "The API token of a user, which Slack and Jira connections need."),), noun="key"
)
_SECRETS = Object(
    (
        Part(
            "fingerprint_key",
            Token(
                "[A-Za-z_][A-Za-z0-9_]{0,99}", "the name of an environment variable", "Write its name, and not the key."
            ),
            "The environment variable with the key under which pdsync records fingerprints of secrets.",
        ),
    ),
    noun="key",
)
_OF_EACH = (
    Part("paths", ListOf(Text(min_length=1), min_items=1, noun="path"), "Files and folders of manifests."),
    Part("prune", _PRUNE, "What happens to managed objects without a manifest, and how many may be deleted at once."),
    *(
        Part(
            setting,
            Choice(("managed", "new_only")),
            "managed: manifests change objects that exist already. new_only: they create new ones only.",
        )
        for setting in BY_NAMING
    ),
    Part(
        "removed_fields",
        Choice(REMOVED_FIELDS),
        "What happens to a value that pdsync wrote when no manifest names its field any more: reset or keep.",
    ),
    Part("api_url", Text(min_length=1), "Another address of the API, such as a sandbox."),
    Part("region", Choice(("us", "eu")), "The region of the account."),
    Part(
        "subdomain",
        Token("[A-Za-z0-9-]+", "a subdomain", "Write acme of acme.pagerduty.com."),
        "The subdomain of the account. For any other account nothing is planned or applied.",
    ),
    Part(
        "credentials",
        _CREDENTIALS,
        "The environment variables that hold credentials besides the token. Never the credentials.",
    ),
    *(
        Part(name, Object((Part(hosted.place, Text(min_length=1), hosted.says),), noun="key"), f"Defaults for {name}.")
        for name, hosted in HOSTED.items()
    ),
    Part("from", Email(), "The email address of the user that an account-level API key acts for."),
    Part("rules", _Rules(), "What on-call must keep to: each rule with a severity."),
    Part(
        "routing",
        Object(
            (Part("sample_events", Text(min_length=1), "A file of events that each plan of rules is tried with."),),
            noun="key",
        ),
        "How plans of event rules are checked.",
    ),
    Part("secrets", _SECRETS, "How secrets in manifests are treated."),
)
"""What may differ between the workspaces of a file."""
_CONFIG = Object(
    (
        Part("workspace", WORKSPACE_NAME, "The name that is written into the ownership line of every managed object."),
        *_OF_EACH,
        Part("variables", VARIABLES, "Values that differ between workspaces."),
        Part("workspaces", workspaces_of(_OF_EACH), "Several workspaces in one file, by name."),
    ),
    noun="key",
)


def config_schema() -> dict[str, Any]:
    """The JSON Schema of the file, except the rules about on-call."""
    return _CONFIG.schema()


class ConfigError(CliError):
    """Everything that is wrong with pdsync.yaml, each with its place."""


@dataclass(frozen=True, slots=True)
class Config:
    """pdsync.yaml as read; without a file, the defaults."""

    file: Path | None = None
    workspace: str = "default"
    names_workspace: bool = False
    """False where the name is the default: another folder may have the same."""
    paths: tuple[str, ...] = (".",)
    """As written: relative to the file."""
    prune: PruneMode = "report"
    prune_by_kind: Mapping[str, PruneMode] = field(default_factory=dict)
    """By slug."""
    limits_by_kind: Mapping[str, DeleteLimit] = field(default_factory=dict)
    """By slug."""
    managed_kinds: frozenset[str] = frozenset()
    """Slugs of the kinds without an ownership line whose existing objects it manages."""
    max_deletes: int = 10
    max_delete_percent: int = 25
    removed_fields: RemovedFields = "reset"
    api_url: str | None = None
    region: str | None = None
    subdomain: str | None = None
    from_email: str | None = None
    user_token: str | None = None
    """The environment variable that holds the API token of a user."""
    variables: Variables = field(default_factory=Variables)
    rules: Mapping[str, Any] | None = None
    """Rules about on-call as read, see `pdsync.cli.setting.rule_config`; None where none are set."""
    sample_events: str | None = None
    """The file of sample events, as written: relative to the file."""
    fingerprint_key: str = ""
    """The environment variable with the key of fingerprints of secrets; empty where none is named."""
    one_of_several: bool = False
    """True where the file has several workspaces."""
    neighbours: tuple[Neighbour, ...] = ()
    """The other workspaces of the file that may be for the same account."""

    @property
    def folder(self) -> Path:
        """The folder that paths are relative to."""
        return self.file.parent if self.file is not None else Path()

    def may_share_account(self, other: Config) -> bool:
        """True unless the file says that the two are for different accounts."""
        if (self.api_url, self.region or "us") != (other.api_url, other.region or "us"):
            return False
        names = {name.casefold() for name in (self.subdomain, other.subdomain) if name is not None}
        return len(names) < 2

    def as_neighbour(self) -> Neighbour:
        """What another workspace of the file is compared with."""
        return Neighbour(
            self.workspace, self.managed_kinds, tuple(self.manifest_paths()), self.variables, str(self.folder)
        )

    def manifest_paths(self) -> list[str]:
        """The paths of the manifests, from the current folder."""
        return [str(self.folder / path) for path in self.paths]


def load_config(given: str | None, workspace: str | None = None) -> Config:
    """The configuration that was named, or the one in the current folder, or the defaults; of one of its workspaces.

    Raises ConfigError with all that is wrong, and UsageError where the workspace is not there or not chosen.
    """
    file = Path(given) if given is not None else Path(CONFIG_NAME)
    if given is None and not _is_there(file):
        choose_workspace({}, workspace, file)
        return Config()
    text = read_text(str(file))
    if isinstance(text, Flaw):
        place = str(file) if text.place == (1, 1) else _at(file, text.place)
        raise ConfigError(f"{place}: {text.message}", text.hint)
    return read_config(text, file, workspace)


def _is_there(file: Path) -> bool:
    return file.exists() or file.is_symlink()


def read_config(text: str, file: Path, workspace: str | None = None) -> Config:
    """The configuration in a YAML text. Raises ConfigError, and UsageError."""
    parsed = read_yaml(text, str(file))
    if parsed.flaw is not None:
        raise ConfigError(f"{_at(file, parsed.flaw.place)}: {parsed.flaw.message}", parsed.flaw.hint)
    if len(parsed.documents) > 1:
        raise ConfigError(
            f"{_at(file, parsed.documents[1].places.begins)}: pdsync.yaml is one document, and here a second one begins"
        )
    if not parsed.documents:
        choose_workspace({}, workspace, file)
        return Config(file=file)
    document = parsed.documents[0]
    flaws = [(flaw.place, flaw.message, flaw.hint) for flaw in document.flaws]
    scope = Scope()
    written = read_value(_CONFIG, document.value, scope) or {}
    _check_api_url(written, document.value, scope, ())
    for name, overlay in written.get("workspaces", {}).items():
        _check_api_url(overlay, document.value["workspaces"][name], scope, ("workspaces", name))
    if written.get("workspaces") and "workspace" in written:
        scope.problem(
            ("workspace",), "cannot go with workspaces", "The names under workspaces are the workspaces.", on_key=True
        )
    check_variables(written, scope)
    _raise(file, document, scope.problems, flaws)
    chosen, _ = choose_workspace(written, workspace, file)
    names = list(written.get("workspaces", ())) or [chosen]
    configs = {name: _config_of(name, written, document, file) for name in names}
    own = configs.pop(chosen)
    near = [other for other in configs.values() if own.may_share_account(other)]
    return replace(own, neighbours=tuple(other.as_neighbour() for other in near))


def _config_of(chosen: str, written: Mapping[str, Any], document: Document, file: Path) -> Config:
    """One workspace of a configuration that was found right."""
    overlay = written.get("workspaces", {}).get(chosen, {})
    values = merge(written, overlay)
    prune = values.get("prune", {})
    kinds = prune.get("kinds", {})
    return Config(
        file=file,
        workspace=chosen,
        names_workspace="workspace" in written or bool(written.get("workspaces")),
        paths=tuple(values.get("paths", (".",))),
        prune=cast(PruneMode, prune.get("mode", "report")),
        prune_by_kind={
            kind.slug: cast(PruneMode, kinds[kind.name]["mode"]) for kind in KINDS if "mode" in kinds.get(kind.name, ())
        },
        limits_by_kind={
            kind.slug: DeleteLimit(rule.get("max_deletes"), rule.get("max_delete_percent"))
            for kind in KINDS
            if (rule := kinds.get(kind.name, {})).keys() - {"mode"}
        },
        managed_kinds=frozenset(slug for setting, slug in BY_NAMING.items() if values.get(setting) == "managed"),
        max_deletes=prune.get("max_deletes", 10),
        max_delete_percent=prune.get("max_delete_percent", 25),
        removed_fields=cast(RemovedFields, values.get("removed_fields", "reset")),
        api_url=values.get("api_url"),
        region=values.get("region"),
        subdomain=values.get("subdomain"),
        from_email=values.get("from"),
        user_token=values.get("credentials", {}).get("user_token"),
        variables=replace(variables_of(written, overlay, document), list_places=_places_of(values)),
        rules=values.get("rules"),
        sample_events=values.get("routing", {}).get("sample_events"),
        fingerprint_key=values.get("secrets", {}).get("fingerprint_key", ""),
        one_of_several=bool(written.get("workspaces")),
    )


def _places_of(values: Mapping[str, Any]) -> Mapping[str, str]:
    """Where the items of child lists that other hosts keep are, by name of the list."""
    return {name: values[name][it.place] for name, it in HOSTED.items() if it.place in values.get(name, ())}


def _check_api_url(values: Mapping[str, Any], written: Any, scope: Scope, path: ValuePath) -> None:
    """A person who may change a file of the repository must not be able to send the token of a pipeline elsewhere."""
    url = values.get("api_url")
    if not isinstance(url, str) or not url:
        return
    if isinstance(written, Mapping) and "region" in written:
        scope.problem((*path, "region"), "cannot go with api_url", "Remove one of them.", on_key=True)
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        host = ""
    if host == "pagerduty.com" or host.endswith(".pagerduty.com") or host in ("localhost", "127.0.0.1", "::1"):
        return
    hint = "Use --api-url or PDSYNC_API_URL for another address. Otherwise an edit of this file could send the token there."
    scope.problem((*path, "api_url"), "is not an address of PagerDuty or of this machine", hint)


def _raise(
    file: Path, document: Document, problems: list[Problem], flaws: list[tuple[tuple[int, int], str, str]]
) -> None:
    found = list(flaws)
    for problem in problems:
        place = document.places.locate(problem.path, on_key=problem.on_key)
        found.append((place, _said(problem), document.hint_at(place, problem.hint)))
    if not found:
        return
    found.sort()
    first, *rest = [f"{_at(file, place)}: {message}" + (f" ({hint})" if hint else "") for place, message, hint in found]
    raise ConfigError(first, details=rest)


def _said(problem: Problem) -> str:
    name = render_path(problem.path)
    return problem.message if problem.on_key or not name else f"{name}: {problem.message}"


def _at(file: Path, place: tuple[int, int]) -> str:
    return f"{file}:{place[0]}:{place[1]}"
