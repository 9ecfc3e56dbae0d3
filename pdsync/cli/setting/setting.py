"""The settings of a run: options, environment and configuration brought together, the more explicit one first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pdsync.cli.error import UsageError
from pdsync.cli.files.local_folder import local_folder
from pdsync.cli.invocation import Invocation
from pdsync.cli.setting.config import Config, load_config

if TYPE_CHECKING:
    from pdsync.engine.desired import Workspace
    from pdsync.manifest import ManifestProblem
    from pdsync.oncall.rulebook import Rulebook

REGION_URLS = {"us": "https://api.pagerduty.com", "eu": "https://api.eu.pagerduty.com"}


@dataclass(frozen=True, slots=True)
class Settings:
    """What a command works with. `base_url` is None with ``--sandbox``: the address is known when it runs."""

    config: Config
    base_url: str | None
    base_url_source: str
    from_email: str | None
    sandbox_seed: str | None
    on_warning: Callable[[ManifestProblem], object] | None = None
    """Tells a warning of the manifests, wherever they are loaded."""

    @property
    def sandbox_db(self) -> Path:
        """Where the embedded sandbox keeps its account: one for each workspace, as they may be of several accounts."""
        name = f"sandbox-{self.config.workspace}.db" if self.config.one_of_several else "sandbox.db"
        return local_folder(self.config.folder) / name

    @property
    def sample_events(self) -> str | None:
        """The file of sample events that plans are compared for, from the current folder."""
        name = self.config.sample_events
        return str(self.config.folder / name) if name is not None else None

    def workspace(self) -> Workspace:
        """The part of the configuration that the use cases need."""
        from pdsync.engine.desired import Workspace

        config = self.config
        return Workspace(
            name=config.workspace,
            is_named=config.names_workspace,
            paths=tuple(config.manifest_paths()),
            folder=str(config.folder),
            fingerprint_key=config.fingerprint_key,
            variables=config.variables,
            prune=config.prune,
            prune_by_kind=config.prune_by_kind,
            managed_kinds=config.managed_kinds,
            neighbours=config.neighbours,
            removed_fields=config.removed_fields,
            max_deletes=config.max_deletes,
            max_delete_percent=config.max_delete_percent,
            limits_by_kind=config.limits_by_kind,
            # The embedded sandbox is not an account of PagerDuty's, so it is never the wrong one.
            subdomain=config.subdomain if self.base_url is not None else None,
            rules=_rulebook(config.rules),
            on_warning=self.on_warning,
        )


def _rulebook(rules: Mapping[str, Any] | None) -> Rulebook | None:
    if rules is None:
        return None
    from pdsync.cli.setting.rule_config import read_rulebook

    return read_rulebook(rules)


def load_settings(invocation: Invocation) -> Settings:
    """The settings of this run. Raises ConfigError and UsageError; nothing is asked of PagerDuty."""
    terminal = invocation.terminal
    config = load_config(invocation.options.config, invocation.workspace)
    if config.file is not None:
        terminal.detail(f"configuration: {config.file}")
    else:
        terminal.detail("no pdsync.yaml here: workspace 'default', manifests from the current folder")
    return settings_of(invocation, config)


def settings_of(invocation: Invocation, config: Config) -> Settings:
    """The settings of this run with a configuration. Raises UsageError."""
    options, terminal = invocation.options, invocation.terminal
    invocation.folder = config.folder
    base_url, source = _address(invocation, config)
    seed = options.sandbox_seed or invocation.env("PDSYNC_SANDBOX_SEED") or "none"
    if options.sandbox and seed not in ("none", "example"):
        raise UsageError(f"PDSYNC_SANDBOX_SEED is {seed!r}", "Set it to none or example.")
    return Settings(
        config=config,
        base_url=base_url,
        base_url_source=source,
        from_email=options.from_email or invocation.env("PAGERDUTY_FROM") or config.from_email,
        sandbox_seed=seed if options.sandbox else None,
        on_warning=lambda warning: terminal.warn(str(warning)),
    )


def _address(invocation: Invocation, config: Config) -> tuple[str | None, str]:
    """The address of the API and where it was given."""
    options = invocation.options
    given = [
        name for name, there in (("--sandbox", options.sandbox), ("--api-url", options.api_url), ("--region", options.region))
        if there
    ]  # fmt: skip
    if len(given) > 1:
        raise UsageError(f"{' and '.join(given)} exclude each other", "Each chooses the API. Use one of them.")
    if options.sandbox:
        return None, "--sandbox"
    from_environment = invocation.env("PDSYNC_API_URL")
    choices = (
        (options.api_url, "--api-url"),
        (REGION_URLS[options.region] if options.region else None, "--region"),
        (from_environment, "PDSYNC_API_URL"),
        (config.api_url, f"api_url in {config.file}"),
        (REGION_URLS[config.region] if config.region else None, f"region in {config.file}"),
    )
    url, source = next(((url, source) for url, source in choices if url), (REGION_URLS["us"], ""))
    return _checked(url, source), source


def _checked(url: str, source: str) -> str:
    from pdsync.client import UrlError
    from pdsync.client.urls import check_base_url

    try:
        return check_base_url(url)
    except UrlError as error:
        raise UsageError(f"{source}: {error}") from None
