"""Merchants, shops, groups, accounts; how people log in; who did what to whom."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ROSTER = """
create table merchants (
  id         bigint generated always as identity primary key,
  name       text        not null check (name <> ''),
  demo       boolean     not null,
  secret     bytea       not null,
  created_at timestamptz not null
);
comment on column merchants.secret is 'Signs the identities of visitors; a new one logs every visitor out.';

create table groups (
  id          bigint generated always as identity primary key,
  merchant_id bigint  not null references merchants on delete cascade,
  name        text    not null check (name <> ''),
  duty        text    not null
              check (duty in ('pre_sale', 'order_change', 'after_sale', 'hard_cases', 'other')),
  target_ms   integer not null check (target_ms > 0),
  sort        integer not null,
  unique (merchant_id, name),
  unique (merchant_id, id)
);

create table shops (
  id               bigint generated always as identity primary key,
  merchant_id      bigint not null references merchants on delete cascade,
  name             text   not null check (name <> ''),
  letter           text   not null,
  zone             text   not null,
  secret           bytea  not null,
  default_group_id bigint not null,
  settings         jsonb  not null,
  unique (merchant_id, id),
  foreign key (merchant_id, default_group_id) references groups (merchant_id, id)
);
comment on column shops.letter is 'The channel letter on avatars: T, J, D, K, P or S.';
comment on column shops.zone is 'IANA name; days and hours of this shop are counted in it.';
comment on column shops.secret is 'Shared with the shop''s own server, which signs its customers with it.';

create table accounts (
  id              bigint generated always as identity primary key,
  merchant_id     bigint  not null references merchants on delete cascade,
  name            text    not null check (name <> ''),
  role            text    not null
                  check (role in ('agent', 'service_manager', 'operations', 'administrator')),
  phone           text    unique check (phone ~ '^\\+[0-9]{5,15}$'),
  email           text    unique collate "C" check (email like '_%@_%'),
  password_hash   text,
  reception_limit integer not null check (reception_limit between 0 and 200),
  active          boolean not null,
  rehearsal       boolean not null,
  created_at      timestamptz not null,
  unique (merchant_id, id)
);
comment on column accounts.password_hash is 'Argon2id; null: this account logs in by one-time code only.';
comment on column accounts.rehearsal is 'Made for a rehearsal; nobody logs in with it.';
comment on column accounts.phone is 'Unique across merchants, like the e-mail: log-in asks for no merchant.';

create table account_groups (
  merchant_id bigint not null,
  account_id  bigint not null,
  group_id    bigint not null,
  primary key (account_id, group_id),
  foreign key (merchant_id, account_id) references accounts (merchant_id, id) on delete cascade,
  foreign key (merchant_id, group_id) references groups (merchant_id, id) on delete cascade
);

create table account_shops (
  merchant_id bigint not null,
  account_id  bigint not null,
  shop_id     bigint not null,
  primary key (account_id, shop_id),
  foreign key (merchant_id, account_id) references accounts (merchant_id, id) on delete cascade,
  foreign key (merchant_id, shop_id) references shops (merchant_id, id) on delete cascade
);
comment on table account_shops is 'The shops an account is limited to; no row: every shop of the merchant.';

create index on groups (merchant_id, sort);
create index on accounts (merchant_id);
create index on account_groups (merchant_id, group_id);
create index on account_shops (merchant_id, shop_id);
"""

LOG_IN = """
create table sessions (
  id           bigint generated always as identity primary key,
  token_hash   bytea       not null unique,
  account_id   bigint      not null references accounts on delete cascade,
  device       text        not null,
  created_at   timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at   timestamptz not null
);
create index on sessions (account_id);
create index on sessions (expires_at);
comment on column sessions.expires_at is 'Moves on with use, up to the longest life of a session.';

create table login_codes (
  account_id bigint      primary key references accounts on delete cascade,
  salt       bytea       not null,
  code_hash  bytea       not null,
  tries      smallint    not null,
  expires_at timestamptz not null
);
comment on table login_codes is 'The one code an account may use now; used up, its row is gone.';

create table login_attempts (
  key           bytea       primary key,
  failures      integer     not null,
  failed_at     timestamptz not null,
  blocked_until timestamptz not null
);
create index on login_attempts (failed_at);
comment on column login_attempts.key is 'Hash of what was tried or from where: neither is kept in clear.';

create table audit (
  id          bigint generated always as identity primary key,
  merchant_id bigint      not null references merchants on delete cascade,
  account_id  bigint,
  at          timestamptz not null,
  what        text        not null check (what <> ''),
  subject     text        not null
);
create index on audit (merchant_id, at);
comment on table audit is 'Who did what to whom, of what the log of conversations does not hold.';
"""


def upgrade() -> None:
    op.execute(ROSTER)
    op.execute(LOG_IN)
