"""What people said of what the robot decided."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MARKS = """
create table robot_marks (
  merchant_id bigint      not null references merchants on delete cascade,
  key         text        not null check (key <> ''),
  confidence  real        not null check (confidence between 0 and 1),
  is_right    boolean     not null,
  among       boolean     not null,
  marked_at   timestamptz not null,
  marked_by   bigint      references accounts on delete set null,
  primary key (merchant_id, key)
);
comment on column robot_marks.key is 'The decision that was marked: a conversation and a position in it.';
comment on column robot_marks.is_right is 'The likeliest question was the right one.';
comment on column robot_marks.among is 'One of the three was.';
"""


def upgrade() -> None:
    op.execute(MARKS)
