"""Plans and results as text for people. Pure: nothing here reads, writes or knows a terminal.

`plan_text` and `result_text` render; `safe_text` makes foreign text harmless; `palette` holds the styles. Nothing is
imported here, so that a command that shows neither does not wait for it.
"""
