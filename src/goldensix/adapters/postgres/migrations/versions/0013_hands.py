"""Quick replies that were thrown away; consults sorted into groups, and what people say of that; others' robots."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

USES = """
alter table reply_uses
  add column dropped integer not null default 0 check (dropped >= 0),
  drop constraint reply_uses_uses_check,
  add constraint reply_uses_uses_check check (uses >= 0);
comment on column reply_uses.uses is 'Times it was sent, as it is or changed.';
comment on column reply_uses.dropped is 'Times it was put into a draft of which none of its words were sent.';
"""

GROUPS = """
create table classification (
  merchant_id bigint      primary key references merchants on delete cascade,
  is_on       boolean     not null default false,
  least       real        not null default 0.5 check (least between 0.3 and 0.95),
  weights     bytea,
  labels      integer     not null default 0,
  right_share real        not null default 0,
  taught_at   timestamptz
);
comment on table classification is 'Whether and how first words lead to a group.';
comment on column classification.weights is 'Learned from labels and transfers; null: groups have their own words.';

create table group_labels (
  merchant_id  bigint      not null references merchants on delete cascade,
  conversation text        not null collate "C",
  group_id     bigint      not null,
  labelled_by  bigint      references accounts on delete set null,
  labelled_at  timestamptz not null,
  primary key (merchant_id, conversation),
  foreign key (merchant_id, group_id) references groups (merchant_id, id) on delete cascade
);
comment on table group_labels is 'Where a consult belonged, in the word of a person.';

create index events_of_groups on events (merchant_id, occurred_at)
  where type in ('conversation_started', 'conversation_classified', 'conversation_returned');
"""

OUTSIDE = """
create table outside_robots (
  id              bigint      generated always as identity primary key,
  merchant_id     bigint      not null references merchants on delete cascade,
  name            text        not null check (name <> ''),
  url             text        not null,
  is_on           boolean     not null default false,
  secret          text        not null,
  secret_before   text,
  rotated_at      timestamptz not null,
  token_hash      bytea       not null unique,
  unique (merchant_id, name)
);
comment on table outside_robots is 'Robots of others: asked by a webhook, they answer through the API.';
comment on column outside_robots.secret_before is 'Signs too, for a day after a rotation.';

create table outside_deliveries (
  id           bigint      generated always as identity primary key,
  robot_id     bigint      not null references outside_robots on delete cascade,
  at           timestamptz not null,
  conversation text        collate "C",
  outcome      text        not null,
  detail       text        not null default '',
  took_ms      integer     not null
);
comment on column outside_deliveries.conversation is 'Null: a test.';
create index outside_deliveries_newest on outside_deliveries (robot_id, id desc);
"""


def upgrade() -> None:
    op.execute(USES)
    op.execute(GROUPS)
    op.execute(OUTSIDE)
