"""Pieces of text that all reports share."""
