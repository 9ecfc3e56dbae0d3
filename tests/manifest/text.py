"""Manifests as texts, for the tests of this folder."""

from __future__ import annotations

from pdsync.manifest import LoadResult, load_texts


def load(*texts: str) -> LoadResult:
    """Loads texts as a.yaml, b.yaml and so on."""
    return load_texts([(f"{chr(ord('a') + at)}.yaml", text) for at, text in enumerate(texts)])


def said(*texts: str) -> list[str]:
    """The problems as lines."""
    return [str(problem) for problem in load(*texts).problems]


def manifest(kind: str, name: str, spec: str = "", more: str = "") -> str:
    """A document that begins on line 1; its spec begins on line 6 and is indented by two spaces."""
    body = "\n".join(f"  {line}" for line in spec.strip("\n").splitlines())
    head = f"apiVersion: pdsync/v1\nkind: {kind}\nmetadata:\n  name: {name}\n"
    return f"{head}spec:\n{body}\n{more}" if body else f"{head}spec: {{}}\n{more}"
