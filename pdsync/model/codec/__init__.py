"""How values are written in manifests, answered by PagerDuty and sent to it: one codec for each kind of value."""
