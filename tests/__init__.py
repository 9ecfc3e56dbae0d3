"""The tests of pdsync."""

from __future__ import annotations

import sys

# It checks formats that no schema here has. jsonschema, which every wrong manifest needs, builds 38 grammars with it: a second.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
