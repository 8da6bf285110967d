"""How people are called: their notices, their phones, the merchant's senders, and the key that signs web push."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = """
create table notices (
  account_id bigint primary key references accounts on delete cascade,
  settings jsonb not null
);
create table push_devices (
  id bigint generated always as identity primary key,
  account_id bigint not null references accounts on delete cascade,
  endpoint text not null unique,
  p256dh text not null,
  auth text not null,
  name text not null,
  language text not null,
  added_at timestamptz not null,
  tried_at timestamptz,
  failed text not null default ''
);
create index push_devices_of_account on push_devices (account_id);
create table senders (
  id bigint generated always as identity primary key,
  merchant_id bigint not null references merchants on delete cascade,
  name text not null,
  address text not null,
  step text not null,
  language text not null,
  tried_at timestamptz,
  failed text not null default ''
);
create index senders_of_merchant on senders (merchant_id);
comment on table senders is 'DingTalk, Feishu, e-mail and others that are called for alerts. The address is a secret.';
alter table installations add column push_key text;
comment on column installations.push_key is 'Signs what is pushed to phones. A secret.';
"""


def upgrade() -> None:
    op.execute(TABLES)
