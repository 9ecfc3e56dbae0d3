"""Who is paged, and when: schedules over time, escalation, and what happens to incidents by themselves."""
