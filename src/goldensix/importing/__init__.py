"""Imports: what is asked, how it is carried out, and how its progress is told."""
