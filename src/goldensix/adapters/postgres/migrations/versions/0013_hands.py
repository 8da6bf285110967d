"""Quick replies that were thrown away; consults sorted into groups, and what people say of that."""

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


def upgrade() -> None:
    op.execute(USES)
    op.execute(GROUPS)
