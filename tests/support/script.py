"""Scripts of this project as modules."""

from __future__ import annotations

from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

_SCRIPTS = Path(__file__).resolve().parents[2] / "script"


def load_script(name: str) -> ModuleType:
    """The module in ``script/NAME``, which need not end in ``.py``."""
    loader = SourceFileLoader(Path(name).stem.replace("-", "_"), str(_SCRIPTS / name))
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module
