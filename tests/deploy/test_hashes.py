"""What is installed elsewhere is pinned by hash, in the versions that the tests pass with."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = "script/generate-hashes"
DIGEST = re.compile(r"python:[\d.]+-slim-bookworm@sha256:[0-9a-f]{64}")


def check(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, root / SCRIPT, "--check"], capture_output=True, text=True)


def test_the_files_of_hashes_agree_with_what_the_tests_use() -> None:
    done = check(ROOT)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in ("pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "script").mkdir()
    for name in ("generate-hashes", "dependency.py", "project.py"):
        shutil.copy(ROOT / "script" / name, tmp_path / "script")
    shutil.copytree(ROOT / "deploy", tmp_path / "deploy")
    return tmp_path


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("constraints.txt", "click==", "click==0", "requirements.txt: click is"),
        ("constraints.txt", "hatchling==", "hatchling==0", "build-requirements.txt: hatchling is"),
        ("deploy/requirements.txt", r"(?m)^lark==[^\n]*\n(    --hash.*\n)+", "", "requirements.txt: lark is missing"),
        (
            "deploy/requirements.txt",
            r"(?m)^lark(==[^\n]*\n(    --hash.*\n)+)",
            r"lark\1pluggy\1",
            "pluggy is not needed",
        ),
        ("deploy/requirements.txt", r"(?m)^lark(==\S*).*\n(    --hash.*\n)+", r"lark\1\n", "no hashes"),
        ("pyproject.toml", r'"lark>=[^"]*",', "", "requirements.txt: lark is not needed"),
    ],
    ids=["a version", "a version of the builder", "one is missing", "one too many", "no hash", "no longer needed"],
)
def test_a_difference_is_found(copy: Path, file: str, old: str, new: str, said: str) -> None:
    text = (copy / file).read_text()
    changed = re.sub(old, new, text, count=1)
    assert changed != text
    (copy / file).write_text(changed)
    done = check(copy)
    assert done.returncode == 1
    assert said in done.stderr


def test_the_file_of_a_release_names_its_own_files_and_what_they_need(tmp_path: Path) -> None:
    files = [tmp_path / "pdsync-1.2.3-py3-none-any.whl", tmp_path / "pdsync-1.2.3.tar.gz"]
    for file in files:
        file.write_bytes(file.name.encode())
    subprocess.run([sys.executable, ROOT / SCRIPT, "--release", tmp_path], check=True)
    text = (tmp_path / "pdsync-1.2.3-requirements.txt").read_text()
    own, _, rest = text.partition("\nanyascii==")
    assert "pdsync==1.2.3 \\\n" in own
    assert set(re.findall(r"sha256:(\w+)", own)) == {hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
    assert (ROOT / "deploy/requirements.txt").read_text().endswith("anyascii==" + rest)


def test_every_install_elsewhere_insists_on_hashes() -> None:
    image = (ROOT / "Dockerfile").read_text()
    action = (ROOT / "deploy/github/install.sh").read_text().replace("\\\n", "")
    pipeline = yaml.safe_load((ROOT / "deploy/gitlab/pdsync.gitlab-ci.yml").read_text())
    lines = [*image.splitlines(), *action.splitlines(), *pipeline[".pdsync"]["before_script"]]
    installs = [line for line in lines if "pip install" in line]
    assert len(installs) == 6
    for line in installs:
        assert "--require-hashes" in line or "--no-deps --no-index" in line, line


def test_the_image_and_the_pipeline_share_one_base() -> None:
    bases = re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.M)
    bases.append(yaml.safe_load((ROOT / "deploy/gitlab/pdsync.gitlab-ci.yml").read_text())[".pdsync"]["image"])
    assert len(set(bases)) == 1
    assert DIGEST.fullmatch(bases[0])
