"""Buyers whose messages are not taken, who said so and why."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BLOCKS = """
create table blocks (
  id           bigint generated always as identity primary key,
  merchant_id  bigint      not null references merchants on delete cascade,
  buyer_id     text        not null collate "C",
  conversation text        not null collate "C",
  reason       text        not null check (reason in ('spam', 'abuse', 'fraud', 'other')),
  note         text        not null,
  addresses    text[]      not null collate "C",
  blocked_by   bigint      not null,
  blocked_at   timestamptz not null,
  until        timestamptz check (until > blocked_at),
  lifted_by    bigint,
  lifted_at    timestamptz,
  check ((lifted_by is null) = (lifted_at is null))
);
create index blocks_that_hold on blocks (merchant_id) where lifted_at is null;
create index blocks_in_order on blocks (merchant_id, id desc);
comment on column blocks.addresses is 'Salted hashes of where the buyer wrote from, if those are blocked, too.';
comment on column blocks.until is 'Null: until somebody lifts it.';
"""


def upgrade() -> None:
    op.execute(BLOCKS)
