"""Recorded buyers played through the real doors of a desk, answered by played agents: training, load, a dry run."""
