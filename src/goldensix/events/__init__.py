"""WHAT CAN HAPPEN: typed facts in the past tense, and the names of the things they speak of."""
