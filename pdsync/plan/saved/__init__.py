"""Saved plans: their form, and how they compare with the account of today."""
