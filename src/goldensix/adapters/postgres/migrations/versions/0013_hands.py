"""What agents make of quick replies that were put into a draft and not sent."""

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


def upgrade() -> None:
    op.execute(USES)
