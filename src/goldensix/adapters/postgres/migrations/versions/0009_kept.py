"""The audit can only grow, but for what is too old to be kept; and how long that is."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# A merchant who goes takes the audit along: the foreign key deletes from within the statement that deletes him.
APPEND_ONLY = """
create function audit_only_grows() returns trigger
language plpgsql as $$
begin
  if tg_op = 'DELETE' and (current_setting('goldensix.retention', true) = 'on' or pg_trigger_depth() > 1) then
    return old;
  end if;
  raise exception 'The audit is only ever added to.' using errcode = 'insufficient_privilege';
end
$$;
create trigger audit_only_grows before update or delete on audit
  for each row execute function audit_only_grows();
create trigger audit_is_not_emptied before truncate on audit
  for each statement execute function audit_only_grows();
create index audit_by_id on audit (merchant_id, id desc);
"""

KEPT = """
alter table merchants add column retention jsonb not null default '{}';
alter table merchants add column forgotten_to bigint not null default 0;
comment on column merchants.retention is 'Days that words, imports and the audit are kept; not there: for ever.';
comment on column merchants.forgotten_to is 'The position of the log up to which words have been erased by age.';
"""


def upgrade() -> None:
    op.execute(APPEND_ONLY)
    op.execute(KEPT)
