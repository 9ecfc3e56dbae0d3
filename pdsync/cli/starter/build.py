"""The files of a new folder: settings, manifests, what surrounds them. Writes nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import resources

from pdsync.cli.files.schema_copy import FOLDER, schema_copies
from pdsync.cli.setting.config import BY_NAMING, CONFIG_NAME
from pdsync.cli.setting.config_schema import CONFIG_FILE
from pdsync.cli.starter.host import HostName, host_files
from pdsync.export.yaml_writer import render_scalar
from pdsync.model.schema import COMBINED_FILE

MANIFESTS = "manifests"
IGNORED = ".pdsync/"
_SETTINGS = f"""\
# yaml-language-server: $schema={FOLDER}/{CONFIG_FILE}

# pdsync writes this name into every object that it manages. Do not change it later.
workspace: %s
paths: [{MANIFESTS}]
"""
_IGNORE = f"""\
# Local state of pdsync: the sandbox, journals, crash reports.
{IGNORED}
"""
_MANAGED = """
# new_only: manifests create {setting}, and change no existing ones. managed: they change existing ones too.
{setting}: {value}
"""


def build_settings(workspace: str, values: Mapping[str, str], managed: Mapping[str, str]) -> str:
    """The text of pdsync.yaml. `values` are settings of the account that the command line gave."""
    lines = [f"{key}: {render_scalar(value)}\n" for key, value in values.items()]
    lines += [_MANAGED.format(setting=setting, value=managed.get(setting, "new_only")) for setting in BY_NAMING]
    return _SETTINGS % render_scalar(workspace) + "".join(lines)


def example_manifests() -> dict[str, str]:
    """The manifests of a small example by path."""
    folder = resources.files(__package__) / MANIFESTS
    files = sorted((file.name, file.read_text(encoding="utf-8")) for file in folder.iterdir())
    return {f"{MANIFESTS}/{name}": text for name, text in files if name.endswith(".yaml")}


def build_surroundings(host: HostName) -> dict[str, str]:
    """What a repository may have already, and keeps then."""
    return {".gitignore": _IGNORE, **editor_settings(), **host_files(host)}


def editor_settings() -> dict[str, str]:
    """The settings of Visual Studio Code: they hold for new files too, which name no schema yet."""
    schemas = {
        f"./{FOLDER}/{COMBINED_FILE}": [f"{MANIFESTS}/**/*.yaml", f"{MANIFESTS}/**/*.yml"],
        f"./{FOLDER}/{CONFIG_FILE}": [CONFIG_NAME],
    }
    return {
        ".vscode/extensions.json": _json({"recommendations": ["redhat.vscode-yaml"]}),
        ".vscode/settings.json": _json({"yaml.schemas": schemas}),
    }


def build_schemas() -> dict[str, str]:
    """The copies of the schemas that documents and editor settings name."""
    return schema_copies()


def _json(body: object) -> str:
    return json.dumps(body, indent=2) + "\n"
