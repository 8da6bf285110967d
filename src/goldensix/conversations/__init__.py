"""Fold: who is waiting, since when, with whom."""
