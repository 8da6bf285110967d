"""Alembic's way in. It only writes SQL: `schema.prepare` runs it over asyncpg, so no second driver is needed.

A migration is a file in versions/, named `<revision>_<word>.py`, whose `down_revision` is the one before it:
`schema.py` knows the newest revision from the names, without alembic.
"""

from alembic import context

context.configure(
    dialect_name="postgresql",
    dialect_opts={"paramstyle": "named"},  # the default style would double every % of our SQL
    literal_binds=True,
    transactional_ddl=False,  # the caller's transaction, which also holds the lock, is the only one
)
context.run_migrations()
