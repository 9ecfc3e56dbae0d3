"""The imitated API: one file for each PagerDuty resource."""
