"""How people are called who have no page open."""
