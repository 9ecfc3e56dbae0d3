"""Terraform's types, one file for what belongs together."""
