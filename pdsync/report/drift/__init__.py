"""Drift, in each form that it is shown in."""
