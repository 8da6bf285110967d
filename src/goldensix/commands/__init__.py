"""The commands of the terminal, by what they are for. What only some need is imported when they are called."""
