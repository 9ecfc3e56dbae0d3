"""How real accounts differ: open questions about PagerDuty with their possible answers, and the profile of one account."""

from pdsync.sandbox.profile.error import ProfileError
from pdsync.sandbox.profile.profile import Consistency, Profile, SingleSignOn
from pdsync.sandbox.profile.question import Question
from pdsync.sandbox.profile.questions import QUESTIONS

__all__ = ["QUESTIONS", "Consistency", "Profile", "ProfileError", "Question", "SingleSignOn"]
