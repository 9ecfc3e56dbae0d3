"""Writes an account as manifests. Pure: an `Account` in, texts of files out."""

from __future__ import annotations

from pdsync.export.build import Export, ExportOptions, build_export
from pdsync.export.team import TeamError

__all__ = ["Export", "ExportOptions", "TeamError", "build_export"]
