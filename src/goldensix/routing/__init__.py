"""Who answers whom, now: one pure function for the live desk and the simulator, one file a policy."""
