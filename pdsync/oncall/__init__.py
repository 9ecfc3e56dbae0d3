"""Who is paged: renders schedules, walks escalation policies, compares before and after. Pure: nothing is read or written.

Written from PagerDuty's pages and without a look at the sandbox, so that a test can compare the two.
"""
