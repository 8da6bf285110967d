"""Fold: accounts, roles, groups, and who is connected and ready."""
