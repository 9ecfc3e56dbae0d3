"""What happens to an event: which rules of an orchestration match it, and what comes out. Pure: nothing is asked of PagerDuty.

Terms: an *event* comes to an *orchestration*. Its *global* rules work on the event, its *router* finds the service, and the rules
of that *service* follow; what the router finds no service for goes through the *unrouted* rules. Each of the four is a *document* of
*sets*, and `start` is the set where an event begins. In a set the first rule that matches is used, and its `route_to` may lead to
another set. Where no rule of a set matches, the `catch_all` of the document applies. Actions add up over all sets that an event goes
through; a later one goes before an earlier one.

What is not known beforehand (how many alerts there were, the value of a cache variable) is *undecided*, never guessed: the outcome
names the cases.
"""
