"""The robot: what a buyer's turn asks, and whether to answer it, to ask back, or to hand over to a person.

`Robot.decide()` is a pure function of the bank, the rules, the model and the bands. What needs numpy is imported by
whoever needs it: a desk without a robot does not pay for one.
"""
