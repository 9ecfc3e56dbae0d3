"""One self-contained HTML page of a plan, or of what is. Pure: nothing is read but the templates beside it.

No script, nothing loaded, and every text that is not our own goes through `safe_text` and the escaping of Jinja.
"""
