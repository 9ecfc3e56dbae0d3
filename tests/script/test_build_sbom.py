"""The bill of materials of a release names what the image installs, and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from importlib.metadata import distribution
from pathlib import Path
from types import ModuleType

import pytest

from pdsync.version import __version__
from tests.support.script import load_script

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def dependency() -> ModuleType:
    return load_script("dependency.py")


def test_the_bill_names_what_pdsync_runs_with(tmp_path: Path, dependency: ModuleType) -> None:
    # An environment as the image has one: what pip knows of the packages is enough, their code is not asked.
    venv.create(tmp_path / "image", symlinks=True)
    packages = next((tmp_path / "image").glob("lib/python*/site-packages"))
    for name in ["pdsync", *dependency.find_pins()]:
        folder = Path(str(distribution(name)._path))  # type: ignore[attr-defined]
        (packages / folder.name).symlink_to(folder)
    command = [
        sys.executable,
        ROOT / "script" / "build-sbom",
        "--no-validate",
        tmp_path / "image",
        tmp_path / "bill.json",
    ]
    subprocess.run(command, check=True, capture_output=True)
    bill = json.loads((tmp_path / "bill.json").read_text())

    own = bill["metadata"]["component"]
    assert (own["name"], own["version"], own["purl"]) == ("pdsync", __version__, f"pkg:pypi/pdsync@{__version__}")
    hashed = dependency.load_hashed(ROOT / "deploy" / "requirements.txt")
    listed = {
        f"pkg:pypi/{name}@{str(entry.specifier)[2:]}"
        for name, entry in hashed.items()
        if not entry.marker or entry.marker.evaluate()
    }
    assert {component["purl"] for component in bill["components"]} == listed
    without_licence = [component["name"] for component in bill["components"] if not component.get("licenses")]
    assert without_licence == []
    needs = {entry["ref"]: set(entry.get("dependsOn", ())) for entry in bill["dependencies"]}
    assert any(ref.startswith("requests==") for ref in needs[own["bom-ref"]])
