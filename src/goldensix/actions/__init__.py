"""WHAT PEOPLE CAN DO: each action checks, then records; nothing else writes the desk's log."""
