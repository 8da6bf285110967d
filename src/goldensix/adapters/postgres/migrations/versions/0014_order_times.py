"""Orders that shops' servers tell of: when each status was reached, and what the log is yet to be told."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TIMES = """
alter table orders
  add column shipped_at      timestamptz check (shipped_at >= placed_at),
  add column received_at     timestamptz check (received_at >= placed_at),
  add column refund_asked_at timestamptz check (refund_asked_at >= placed_at),
  add column refunded_at     timestamptz check (refunded_at >= placed_at),
  add column told_at         timestamptz,
  add column changed         text[] not null default '{}';
comment on column orders.told_at is 'When the platform said what stands here besides the times.';
comment on column orders.changed is 'What people of the desk changed and the platform has not taken over yet.';
update orders set
  told_at         = coalesce(paid_at, placed_at),
  shipped_at      = case status when 'shipped' then coalesce(paid_at, placed_at) end,
  received_at     = case status when 'received' then coalesce(paid_at, placed_at) end,
  refund_asked_at = case status when 'refund_asked' then coalesce(paid_at, placed_at) end,
  refunded_at     = case status when 'refunded' then coalesce(paid_at, placed_at) end;
alter table orders alter column told_at set not null;
"""
# Only demos had orders before, and nobody knew their later times: the last one that was known stands in for them here,
# and the log is told of the known ones alone.

MOVES = """
alter table merchants add column order_moves bigint not null default 0;
comment on column merchants.order_moves is 'How often an order of the merchant moved; its lock orders the moves.';

create table order_moves (
  merchant_id bigint  not null references merchants on delete cascade,
  number      bigint  not null,
  version     integer not null,
  facts       jsonb   not null,
  primary key (merchant_id, number)
);
comment on table order_moves is 'Events that the merchant''s log may not have yet; its owner tells it.';
comment on column order_moves.number is 'Dense from 1; the position of the event in the stream of orders.';

insert into order_moves (merchant_id, number, version, facts)
select merchant_id, row_number() over (partition by merchant_id order by placed_at, id), 1, jsonb_build_object(
    'order', id, 'shop', shop_id, 'buyer', buyer_id, 'status', status, 'cents', price_cents, 'reached',
    jsonb_build_array(jsonb_build_object('status', 'placed', 'at', (extract(epoch from placed_at) * 1000)::bigint))
    || case when paid_at is null then '[]'::jsonb else
      jsonb_build_array(jsonb_build_object('status', 'paid', 'at', (extract(epoch from paid_at) * 1000)::bigint)) end)
from orders;
update merchants m set order_moves = (select count(*) from orders o where o.merchant_id = m.id);
"""


def upgrade() -> None:
    op.execute(TIMES)
    op.execute(MOVES)
