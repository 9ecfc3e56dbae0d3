"""Code hosts: puts a report into the one comment of a pull request (GitHub) or merge request (GitLab) that shows it.

Knows nothing about plans or PagerDuty: a report is a text whose first line is a hidden marker.
"""
