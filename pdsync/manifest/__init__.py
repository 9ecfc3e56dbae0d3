"""YAML text to validated resources, with every problem at its file, line and column."""

from __future__ import annotations

from pdsync.manifest.load import LoadResult, load_manifests, load_texts
from pdsync.manifest.problem import ManifestProblem
from pdsync.manifest.variable import Variables

__all__ = ["LoadResult", "ManifestProblem", "Variables", "load_manifests", "load_texts"]
