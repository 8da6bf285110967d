"""Quick replies of one's own, for a campaign, with a picture; and what they were used for."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

CAMPAIGNS = """
create table campaigns (
  id          bigint      generated always as identity primary key,
  merchant_id bigint      not null references merchants on delete cascade,
  name        text        not null check (name <> ''),
  starts_at   timestamptz not null,
  ends_at     timestamptz not null check (ends_at > starts_at),
  unique (merchant_id, name),
  unique (merchant_id, id)
);
comment on table campaigns is 'Such as Double Eleven: texts that belong to one are offered only while it runs.';
"""

REPLIES = """
alter table pictures add unique (merchant_id, id);
alter table quick_replies
  add column owner_id    bigint references accounts on delete cascade,
  add column campaign_id bigint,
  add column picture_id  text collate "C",
  add column changed_at  timestamptz not null default '2026-01-01',
  add column changed_by  bigint references accounts on delete set null,
  add column removed_at  timestamptz,
  add constraint quick_replies_campaign foreign key (merchant_id, campaign_id)
    references campaigns (merchant_id, id) on delete set null (campaign_id),
  add constraint quick_replies_picture foreign key (merchant_id, picture_id)
    references pictures (merchant_id, id) on delete set null (picture_id),
  drop constraint quick_replies_merchant_id_code_key;
alter table quick_replies alter column changed_at drop default;
create unique index quick_replies_code on quick_replies (merchant_id, owner_id, code) nulls not distinct
  where removed_at is null;
comment on column quick_replies.owner_id is 'Whose own it is; null: shared.';
comment on column quick_replies.removed_at is 'Kept for undo and for its uses; offered no more.';

create table reply_uses (
  reply_id   bigint  not null references quick_replies on delete cascade,
  account_id bigint  not null references accounts on delete cascade,
  day        date    not null,
  uses       integer not null check (uses > 0),
  edited     integer not null check (edited between 0 and uses),
  saved      bigint  not null check (saved >= 0),
  primary key (reply_id, account_id, day)
);
comment on column reply_uses.edited is 'Uses whose text was changed before it was sent.';
comment on column reply_uses.saved is 'Characters that nobody had to type.';
"""


def upgrade() -> None:
    op.execute(CAMPAIGNS)
    op.execute(REPLIES)
