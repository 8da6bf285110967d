"""The question bank: questions with every version of them, keyword rules, labelled words of buyers."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

QUESTIONS = """
create table bank_heads (
  merchant_id bigint primary key references merchants on delete cascade,
  version     bigint not null
);
comment on table bank_heads is 'Rises with whatever changes what the robot goes by.';

create table bank_questions (
  id          bigint  generated always as identity primary key,
  merchant_id bigint  not null references merchants on delete cascade,
  code        text    not null check (code <> ''),
  newest      integer not null check (newest > 0),
  approved    integer check (approved <= newest),
  removed_at  timestamptz,
  unique (merchant_id, id)
);
create unique index bank_questions_code on bank_questions (merchant_id, code) where removed_at is null;
comment on column bank_questions.code is 'The merchant''s own name of it; an import finds it again by this.';
comment on column bank_questions.newest is 'The version that people see and change.';
comment on column bank_questions.approved is 'The version that the robot answers with; null: none yet.';

create table bank_versions (
  question_id bigint      not null references bank_questions on delete cascade,
  version     integer     not null check (version > 0),
  content     jsonb       not null,
  changed_at  timestamptz not null,
  changed_by  bigint      references accounts on delete set null,
  approved_at timestamptz,
  approved_by bigint      references accounts on delete set null,
  primary key (question_id, version)
);
comment on column bank_versions.content is 'Title, phrasings, answers, group, and where and when it holds.';
"""

LEARNING = """
create table bank_rules (
  id          bigint      generated always as identity primary key,
  merchant_id bigint      not null references merchants on delete cascade,
  name        text        not null check (name <> ''),
  pattern     text        not null check (pattern <> ''),
  is_pattern  boolean     not null,
  priority    integer     not null check (priority between 0 and 999),
  question_id bigint,
  since       timestamptz,
  until       timestamptz check (until > since),
  changed_at  timestamptz not null,
  changed_by  bigint      references accounts on delete set null,
  unique (merchant_id, name),
  foreign key (merchant_id, question_id) references bank_questions (merchant_id, id) on delete cascade
);
comment on column bank_rules.question_id is 'The question that is answered; null: the conversation is handed over.';

create table bank_labelled (
  id          bigint      generated always as identity primary key,
  merchant_id bigint      not null references merchants on delete cascade,
  text        text        not null check (text <> ''),
  previous    text        not null,
  question_id bigint,
  group_id    bigint,
  labelled_at timestamptz not null,
  labelled_by bigint      references accounts on delete set null,
  foreign key (merchant_id, question_id) references bank_questions (merchant_id, id) on delete cascade,
  foreign key (merchant_id, group_id) references groups (merchant_id, id) on delete set null (group_id)
);
create unique index bank_labelled_words on bank_labelled (merchant_id, md5(text), md5(previous));
comment on column bank_labelled.question_id is 'Null: no question of the bank.';

create table bank_findings (
  merchant_id bigint      not null references merchants on delete cascade,
  kind        text        not null check (kind in ('proposals', 'trial', 'model')),
  found_at    timestamptz not null,
  content     jsonb       not null,
  primary key (merchant_id, kind)
);
comment on table bank_findings is 'What was last worked out beside the desk; it can be worked out again.';
"""

# A campaign says when its questions hold; one that is moved or goes changes the bank.
CAMPAIGNS = """
create function bank_of_campaign_changed() returns trigger language plpgsql as $$
begin
  update bank_heads set version = version + 1 where merchant_id = old.merchant_id;
  return null;
end $$;
create trigger bank_of_campaign after update or delete on campaigns
  for each row execute function bank_of_campaign_changed();
"""


def upgrade() -> None:
    op.execute(QUESTIONS)
    op.execute(LEARNING)
    op.execute(CAMPAIGNS)
