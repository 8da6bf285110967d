"""Who is to work when; accounts of people from outside, good for a time."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ACCOUNTS = """
alter table accounts
  add column kind text not null default 'staff' check (kind in ('staff', 'part_time', 'outsourced')),
  add column begins_at timestamptz,
  add column ends_at timestamptz,
  add constraint accounts_term_check check (begins_at < ends_at);
comment on column accounts.begins_at is 'Before this it is not good: nobody logs in with it; null: it always was.';
comment on column accounts.ends_at is 'From this instant on it is not good any more; null: it stays so.';
"""

SHIFTS = """
create table shifts (
  id          bigint generated always as identity primary key,
  merchant_id bigint      not null,
  account_id  bigint      not null,
  starts_at   timestamptz not null,
  ends_at     timestamptz not null,
  group_id    bigint,
  series      bigint,
  check (starts_at < ends_at),
  foreign key (merchant_id, account_id) references accounts (merchant_id, id) on delete cascade,
  foreign key (merchant_id, group_id) references groups (merchant_id, id) on delete cascade
);
create index shifts_by_time on shifts (merchant_id, ends_at);
create index shifts_by_account on shifts (account_id, ends_at);
comment on table shifts is 'An account with any shift, past ones too, is routed to within its shifts only.';
comment on column shifts.group_id is 'The one group worked for; null: all of the account''s.';
comment on column shifts.series is 'The first of those that were made together, week after week; null: made alone.';
"""


def upgrade() -> None:
    op.execute(ACCOUNTS)
    op.execute(SHIFTS)
