"""Conversations that go back to a queue; how groups, accounts and merchants want consults assigned."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SETTINGS = """
alter table groups add column settings jsonb not null default '{}';
alter table accounts add column settings jsonb not null default '{}';
alter table merchants add column settings jsonb not null default '{}';
comment on column groups.settings is 'To whom its consults go when its own people cannot have them.';
comment on column accounts.settings is 'What of the consults may come to it, beside its groups and shops.';
comment on column merchants.settings is 'How consults are assigned, and when an agent loses one.';
"""

# As before, but a conversation may lose its agent.
APPEND = """
create or replace function append_events(
  of_merchant bigint, recorded bigint,
  s_stream text[], s_expect integer[],
  e_stream integer[], e_type text[], e_version smallint[], e_occurred bigint[], e_facts text[],
  e_body_id text[], e_body text[]
) returns table (stream_no integer, head integer, first_position bigint, refused text)
language plpgsql as $$
#variable_conflict use_column
declare base bigint;
begin
  select position into base from log_heads where merchant_id = of_merchant for update;
  if base is null then
    insert into log_heads values (of_merchant, 0) on conflict do nothing;
    select position into base from log_heads where merchant_id = of_merchant for update;
  end if;

  return query
  with
  s as materialized (
    select u.no::integer as no, u.stream, u.expect,
           coalesce((select max(e.stream_position) from events e
                     where e.merchant_id = of_merchant and e.stream = u.stream), 0) as head
    from unnest(s_stream, s_expect) with ordinality as u (stream, expect, no)
  ),
  e as materialized (
    select u.no, u.stream_no, u.type, u.version, u.occurred, u.facts::jsonb as facts, u.body_id, u.body
    from unnest(e_stream, e_type, e_version, e_occurred, e_facts, e_body_id, e_body)
         with ordinality as u (stream_no, type, version, occurred, facts, body_id, body, no)
  ),
  refusals as materialized (
    select s.no, 'position' as why from s where s.expect is not null and s.expect <> s.head
    union all
    select e.stream_no, 'duplicate' from e join s on s.no = e.stream_no
      join bodies b on b.merchant_id = of_merchant and b.id = e.body_id and b.stream = s.stream
      where e.body_id is not null
    union all
    select e.stream_no, 'already_open' from e
      join receptions r on r.shop_id = (e.facts ->> 'shop')::bigint and r.buyer_id = e.facts ->> 'buyer'
      where e.type = 'conversation_started'
  ),
  refusal as materialized (select no, min(why) as why from refusals group by no),
  taken as materialized (
    select e.*, s.stream,
           base + row_number() over (order by e.no) as position,
           (s.head + row_number() over (partition by e.stream_no order by e.no))::integer as stream_position
    from e join s on s.no = e.stream_no
    where not exists (select 1 from refusal where refusal.no = e.stream_no)
  ),
  stored as (
    insert into events
    select of_merchant, t.position, t.stream, t.stream_position, t.type, t.version,
           to_timestamp(t.occurred / 1000.0), to_timestamp(recorded / 1000.0), t.facts, t.body_id
    from taken t
  ),
  worded as (
    insert into bodies
    select of_merchant, t.body_id, t.stream, t.stream_position, t.body::jsonb from taken t where t.body_id is not null
  ),
  life as materialized (
    select t.stream,
           (array_agg(t.facts) filter (where t.type = 'conversation_started'))[1] as started,
           (array_agg(case t.type when 'agent_assigned' then (t.facts ->> 'agent')::bigint end order by t.no desc)
             filter (where t.type in ('agent_assigned', 'conversation_returned')))[1] as agent,
           bool_or(t.type in ('agent_assigned', 'conversation_returned')) as moved,
           bool_or(t.type = 'conversation_closed') as closed
    from taken t
    where t.type in ('conversation_started', 'agent_assigned', 'conversation_returned', 'conversation_closed')
    group by t.stream
  ),
  opened as (
    insert into receptions
    select l.stream, of_merchant, (l.started ->> 'shop')::bigint, l.started ->> 'buyer', l.agent
    from life l where l.started is not null and not l.closed
  ),
  handed as (
    update receptions r set agent_id = l.agent from life l
    where r.conversation = l.stream and l.started is null and l.moved and not l.closed
  ),
  ended as (
    delete from receptions r using life l where r.conversation = l.stream and l.closed and l.started is null
  ),
  moved as (
    update log_heads set position = base + (select count(*) from taken) where merchant_id = of_merchant
  )
  select s.no, s.head, min(t.position), min(r.why)
  from s left join taken t on t.stream_no = s.no left join refusal r on r.no = s.no
  group by s.no, s.head order by s.no;
end
$$;
"""

APPEND_KNOWN = """
create or replace function append_known_events(
  of_merchant bigint, recorded bigint,
  expects jsonb, -- stream: its last position
  new_events jsonb, -- [stream, stream_position, type, version, occurred, facts, body_id, body], the last if there
  opened jsonb, -- conversation: [shop, buyer, agent]
  handed jsonb, -- conversation: agent, or null where it waits again
  ended text[]
) returns bigint
language plpgsql as $$
declare
  base bigint;
  recorded_at timestamptz := to_timestamp(recorded / 1000.0);
begin
  select position into base from log_heads where merchant_id = of_merchant for update;
  if base is null then
    return null;
  end if;
  perform 1 from jsonb_each(expects) as s (stream, expect)
    where s.expect::integer <> coalesce((select max(e.stream_position) from events e
                                         where e.merchant_id = of_merchant and e.stream = s.stream), 0)
    limit 1;
  if found then
    return null;
  end if;

  with e as materialized (
    select n.no, n.event ->> 0 as stream, (n.event -> 1)::integer as stream_position, n.event ->> 2 as type,
           (n.event -> 3)::smallint as version, to_timestamp((n.event -> 4)::double precision / 1000) as occurred_at,
           n.event -> 5 as facts, n.event ->> 6 as body_id, n.event -> 7 as body
    from jsonb_array_elements(new_events) with ordinality as n (event, no)
  ),
  stored as (
    insert into events
    select of_merchant, base + e.no, e.stream, e.stream_position, e.type, e.version, e.occurred_at, recorded_at,
           e.facts, e.body_id
    from e
  )
  insert into bodies
  select of_merchant, e.body_id, e.stream, e.stream_position, e.body from e where e.body_id is not null;
  update log_heads set position = base + jsonb_array_length(new_events) where merchant_id = of_merchant;

  if opened <> '{}' then
    insert into receptions
    select o.conversation, of_merchant, (o.opened ->> 0)::bigint, o.opened ->> 1, (o.opened ->> 2)::bigint
    from jsonb_each(opened) as o (conversation, opened);
  end if;
  if handed <> '{}' then
    update receptions r set agent_id = (h.agent #>> '{}')::bigint from jsonb_each(handed) as h (conversation, agent)
    where r.conversation = h.conversation;
  end if;
  if cardinality(ended) > 0 then
    delete from receptions where conversation = any (ended);
  end if;
  return base + 1;
end
$$;
"""


def upgrade() -> None:
    op.execute(SETTINGS)
    op.execute(APPEND)
    op.execute(APPEND_KNOWN)
