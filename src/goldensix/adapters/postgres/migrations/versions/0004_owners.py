"""Many workers: which epoch of a merchant's log may be written, and a name for the installation."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = """
alter table log_heads add column epoch bigint not null default 0;
comment on column log_heads.epoch is
  'Counts the owners of this log. Who owned it before appends no more: append_as refuses an old epoch.';

create table installations (
  id   text primary key default replace(gen_random_uuid()::text, '-', ''),
  single boolean not null default true unique check (single)
);
comment on table installations is 'One row: what keeps this desk apart from another one on the same bus.';
insert into installations default values;
"""

# Both take the lock that appends are ordered by, so an owner that takes over (which writes the epoch under the same
# lock) has everything of the one before, and nothing comes after.
FENCE = """
create function hold_epoch(of_merchant bigint, of_epoch bigint) returns void language plpgsql as $$
begin
  perform 1 from log_heads where merchant_id = of_merchant and epoch = of_epoch for update;
  if not found then
    raise exception 'the log of merchant % is another owner''s by now', of_merchant using errcode = 'GS001';
  end if;
end
$$;

create function append_known_events_as(
  of_epoch bigint, of_merchant bigint, recorded bigint,
  expects jsonb, new_events jsonb, opened jsonb, handed jsonb, ended text[]
) returns bigint language plpgsql as $$
begin
  perform hold_epoch(of_merchant, of_epoch);
  return append_known_events(of_merchant, recorded, expects, new_events, opened, handed, ended);
end
$$;

create function append_events_as(
  of_epoch bigint, of_merchant bigint, recorded bigint,
  s_stream text[], s_expect integer[],
  e_stream integer[], e_type text[], e_version smallint[], e_occurred bigint[], e_facts text[],
  e_body_id text[], e_body text[]
) returns table (stream_no integer, head integer, first_position bigint, refused text) language plpgsql as $$
begin
  perform hold_epoch(of_merchant, of_epoch);
  return query select * from append_events(of_merchant, recorded, s_stream, s_expect, e_stream, e_type, e_version,
                                           e_occurred, e_facts, e_body_id, e_body);
end
$$;

create function begin_epoch(of_merchant bigint) returns bigint language sql as $$
  insert into log_heads (merchant_id, position, epoch) values (of_merchant, 0, 1)
  on conflict (merchant_id) do update set epoch = log_heads.epoch + 1
  returning epoch
$$;
"""


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(FENCE)
