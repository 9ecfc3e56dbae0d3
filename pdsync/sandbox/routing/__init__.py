"""Where an event goes by the rules of event orchestrations, as PagerDuty evaluates them. Nothing here is stored or sent.

A *document* is what GET answers as an orchestration path: sets of rules, and a catch-all. A *condition* is text in PagerDuty
Condition Language (PCL). The *scope* is what a condition or template can name: ``event``, the event in PagerDuty's common
format, which rules may change; ``raw_event``, the event as it was sent; ``cache_var``; and ``variables``, those of the rule.

pdsync's own evaluation of events shares no code with this one, so that tests can hold them against one another.

Sources: developer.pagerduty.com, PCL Overview; support pages Event Orchestration, Event Orchestration Examples and Event
Orchestration Cache Variables; PagerDuty API description. What they leave open is in docs/sandbox.md.
"""
