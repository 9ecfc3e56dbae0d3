"""One self-contained HTML page of a plan, or of what is. Pure: nothing is read except the templates in this package.

No script, nothing loaded, and every text that is not our own goes through `safe_text` and the escaping of Jinja.
"""
