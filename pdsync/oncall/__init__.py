"""Who is paged: renders schedules, walks escalation policies, compares before and after. Pure: nothing is read or written.

Written from PagerDuty's pages and apart from the sandbox, so that the two can be held against each other.
"""
