"""Who is paged: renders schedules, walks escalation policies, compares before and after. Pure: nothing is read or written.

Written from PagerDuty's pages, independently of the sandbox, so that a test can compare the two.
"""
