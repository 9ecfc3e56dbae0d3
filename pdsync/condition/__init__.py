"""PagerDuty Condition Language: reads conditions, evaluates them for an event, and says what is wrong with them.

Written from PagerDuty's overview of the language. It imports nothing of pdsync, so that every stage can use it; its parser and its
regex engine are imported with the first condition.
"""

from __future__ import annotations

from pdsync.condition.error import ConditionError
from pdsync.condition.evaluation import evaluate
from pdsync.condition.facts import MISSING, UNKNOWN, Facts
from pdsync.condition.parser import Condition, parse
from pdsync.condition.verdict import Verdict

__all__ = ["MISSING", "UNKNOWN", "Condition", "ConditionError", "Facts", "Verdict", "evaluate", "parse"]
