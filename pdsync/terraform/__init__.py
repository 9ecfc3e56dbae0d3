"""Terraform states as manifests. Pure: the content of files in, texts of files out."""

from __future__ import annotations

from pdsync.terraform.build import Imported, Staying, import_states
from pdsync.terraform.state_error import StateError
from pdsync.terraform.state_file import LARGEST, StateFile, read_state_file

__all__ = ["LARGEST", "Imported", "StateError", "StateFile", "Staying", "import_states", "read_state_file"]
