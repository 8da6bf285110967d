"""The log in PostgreSQL: one round trip and one commit for as many appends as wait."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

import asyncpg

from goldensix.adapters.postgres.batch import Batch, KnownBatch
from goldensix.events.ids import Instant, MerchantId, MessageId
from goldensix.log.port import Append, Appended, Fenced, Place, Refusal, Stored, body_id
from goldensix.wire.stored import decode_body, decode_facts

_APPEND: Final = "select * from append_events($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
_APPEND_KNOWN: Final = "select append_known_events($1, $2, $3, $4, $5, $6, $7)"
_APPEND_AS: Final = "select * from append_events_as($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
_APPEND_KNOWN_AS: Final = "select append_known_events_as($1, $2, $3, $4, $5, $6, $7, $8)"
_FENCED: Final = "GS001"
_COLUMNS: Final = """
  e.position, e.stream, e.stream_position, e.type, e.version,
  (extract(epoch from e.occurred_at) * 1000)::bigint as occurred,
  (extract(epoch from e.recorded_at) * 1000)::bigint as recorded,
  e.facts, b.body
"""
_FROM: Final = (
    "from events e left join bodies b on b.merchant_id = e.merchant_id and b.id = e.body_id and b.stream = e.stream"
)
_READ_AFTER: Final = f"""
  select {_COLUMNS} from (
    select * from events where merchant_id = $1 and position > $2 order by position limit $3
  ) e left join lateral (
    select body from bodies b
    where b.merchant_id = e.merchant_id and b.id = e.body_id and b.stream = e.stream limit 1
  ) b on true order by e.position
"""  # noqa: S608 - of our own constants
"""Written so that it is quick before PostgreSQL knows the tables, too: a desk's first day may be its largest, and who
takes over reads. As a plain join each part read all that was said since."""
_LOOK_EVERY: Final = 0.2
"""Seconds between a follower's looks at a log that another process may write."""


class PostgresLog:
    def __init__(self, pool: asyncpg.Pool, epochs: Mapping[MerchantId, int] | None = None) -> None:
        """`epochs`: those in which this process owns logs; no other is then appended to. None: the only writer."""
        self._pool = pool
        self._epochs = epochs

    async def append(
        self, merchant: MerchantId, appends: Sequence[Append], recorded_at: Instant
    ) -> list[Appended | Refusal]:
        """As `Log.append`. Raises what asyncpg raises when the database is not there: nothing was stored."""
        try:
            known = await self._append_known(merchant, appends, recorded_at)
            return known or await self._append_any(merchant, appends, recorded_at)
        except TimeoutError:
            await self._pool.expire_connections()  # the others may be lost, too, and each would take as long to tell
            raise

    async def _append_known(
        self, merchant: MerchantId, appends: Sequence[Append], recorded_at: Instant
    ) -> list[Appended | Refusal] | None:
        """The short way, for appends that all expect what is so; None where it does not lead there."""
        batch = KnownBatch()
        if not all(batch.add(append) for append in appends):
            return None
        try:
            position = await self._append_batch(merchant, recorded_at, batch)
        except asyncpg.UniqueViolationError:
            return None
        if position is None:
            return None
        results: list[Appended | Refusal] = []
        for append in appends:
            results.append(Appended(position, (append.expect or 0) + 1))
            position += len(append.drafts)
        return results

    async def _append_batch(self, merchant: MerchantId, recorded_at: Instant, batch: KnownBatch) -> int | None:
        position: int | None
        if self._epochs is None:
            position = await self._pool.fetchval(_APPEND_KNOWN, merchant, recorded_at, *batch.arguments())
            return position
        with _fenced():
            position = await self._pool.fetchval(
                _APPEND_KNOWN_AS, self._epoch(merchant), merchant, recorded_at, *batch.arguments()
            )
        return position

    def _epoch(self, merchant: MerchantId) -> int:
        epoch = (self._epochs or {}).get(merchant)
        if epoch is None:
            raise Fenced(f"merchant {merchant} is not owned here")
        return epoch

    async def _append_any(
        self, merchant: MerchantId, appends: Sequence[Append], recorded_at: Instant
    ) -> list[Appended | Refusal]:
        """The long way, which says of each append whether it was refused, and why."""
        batch = Batch()
        numbers = [batch.add(append) for append in appends]
        try:
            rows = await self._call(merchant, recorded_at, batch)
        except asyncpg.UniqueViolationError:
            if len(appends) == 1:
                return [await self._clash(merchant, appends[0])]
            return [await self._alone(merchant, each, recorded_at) for each in appends]
        results = _results(appends, numbers, rows)
        for place, result in enumerate(results):
            if isinstance(result, Refusal) and (numbers[place] == 0 or numbers.count(numbers[place]) > 1):
                results[place] = await self._alone(merchant, appends[place], recorded_at)
        return results

    async def _alone(self, merchant: MerchantId, append: Append, recorded_at: Instant) -> Appended | Refusal:
        """An append that shared its fate with others of its stream, judged by itself."""
        return (await self._append_any(merchant, [append], recorded_at))[0]

    async def _call(self, merchant: MerchantId, recorded_at: Instant, batch: Batch) -> list[asyncpg.Record]:
        arguments = (merchant, recorded_at, batch.streams, batch.expects, *batch.columns)
        rows: list[asyncpg.Record]
        if self._epochs is None:
            rows = await self._pool.fetch(_APPEND, *arguments)
            return rows
        with _fenced():
            rows = await self._pool.fetch(_APPEND_AS, self._epoch(merchant), *arguments)
        return rows

    async def _clash(self, merchant: MerchantId, append: Append) -> Refusal:
        """Two appends of one batch wanted the same: the earlier one has it now."""
        head = await self._pool.fetchval(
            "select coalesce(max(stream_position), 0) from events where merchant_id = $1 and stream = $2",
            merchant,
            append.stream,
        )
        keys = [key for draft in append.drafts if (key := body_id(append.stream, draft.event)) is not None]
        known = await self._pool.fetchval(
            "select exists (select 1 from bodies where merchant_id = $1 and stream = $2 and id = any($3::text[]))",
            merchant,
            append.stream,
            keys,
        )
        return Refusal("duplicate" if known else "already_open", head)

    async def head(self, merchant: MerchantId) -> int:
        return await self._pool.fetchval("select position from log_heads where merchant_id = $1", merchant) or 0

    async def read_after(self, merchant: MerchantId, position: int, limit: int) -> list[Stored]:
        rows = await self._pool.fetch(_READ_AFTER, merchant, position, limit)
        return [_stored(merchant, row) for row in rows]

    async def read_stream(
        self,
        merchant: MerchantId,
        stream: str,
        *,
        after: int = 0,
        before: int | None = None,
        limit: int = 1000,
    ) -> list[Stored]:
        where = "where e.merchant_id = $1 and e.stream = $2 and e.stream_position"
        order = f"> $3 order by e.stream_position limit {int(limit)}"
        if before is not None:
            order = f"< $3 order by e.stream_position desc limit {int(limit)}"
        rows = await self._pool.fetch(
            f"select {_COLUMNS} {_FROM} {where} {order}",
            merchant,
            stream,
            after if before is None else before,
        )
        return [_stored(merchant, row) for row in (rows if before is None else reversed(rows))]

    async def tails(self, merchant: MerchantId, streams: Sequence[str], limit: int) -> list[Stored]:
        rows = await self._pool.fetch(
            f"""select t.* from unnest($2::text[]) as s (name) cross join lateral (
                  select {_COLUMNS} {_FROM} where e.merchant_id = $1 and e.stream = s.name
                  order by e.stream_position desc limit $3) t
                order by t.stream, t.stream_position""",  # noqa: S608 (only the constants above go into the text)
            merchant,
            list(streams),
            limit,
        )
        return [_stored(merchant, row) for row in rows]

    async def find(self, merchant: MerchantId, messages: Sequence[MessageId]) -> dict[MessageId, Place]:
        rows = await self._pool.fetch(
            """select id, stream, stream_position from bodies where merchant_id = $1 and id = any($2::text[])
               order by stream desc""",
            merchant,
            list(messages),
        )
        return {MessageId(row["id"]): Place(row["stream"], row["stream_position"]) for row in rows}

    async def spoken(self, merchant: MerchantId, authors: Sequence[str]) -> set[str]:
        rows = await self._pool.fetch(
            # The first message at or after "author." is the author's, or there is none: one step in the index for
            # each, where a range would be counted, and before statistics are gathered the whole table read.
            """select name from unnest($2::text[]) as a (name) where (
                 select id from bodies where merchant_id = $1 and id >= name || '.' collate "C"
                 order by merchant_id, id limit 1) < (name || '/') collate "C" """,
            merchant,
            list(authors),
        )
        return {row["name"] for row in rows}

    async def follow(self, merchant: MerchantId, after: int) -> AsyncIterator[list[Stored]]:
        """As `Log.follow`, by looking: LISTEN/NOTIFY would take a lock common to all merchants at each commit."""
        while True:
            if batch := await self.read_after(merchant, after, 1000):
                after = batch[-1].position
                yield batch
            else:
                await asyncio.sleep(_LOOK_EVERY)

    async def erase(self, merchant: MerchantId, streams: Sequence[str]) -> int:
        done = await self._pool.execute(
            "update bodies set body = null where merchant_id = $1 and stream = any($2::text[]) and body is not null",
            merchant,
            list(streams),
        )
        return int(done.split()[-1])


@contextmanager
def _fenced() -> Iterator[None]:
    try:
        yield
    except asyncpg.PostgresError as error:
        if error.sqlstate != _FENCED:
            raise
        raise Fenced(str(error)) from None


def _results(appends: Sequence[Append], numbers: list[int], rows: list[asyncpg.Record]) -> list[Appended | Refusal]:
    """Each append's outcome. Accepted events took their positions in the order in which they were given."""
    position = min((row["first_position"] for row in rows if row["refused"] is None), default=0)
    ends = [row["head"] for row in rows]
    results: list[Appended | Refusal] = []
    for append, number in zip(appends, numbers, strict=True):
        if number == 0:
            results.append(Refusal("position", 0))  # the caller judges it alone
            continue
        row = rows[number - 1]
        if row["refused"] is not None:
            results.append(Refusal(row["refused"], row["head"]))
            continue
        results.append(Appended(position, ends[number - 1] + 1))
        position += len(append.drafts)
        ends[number - 1] += len(append.drafts)
    return results


def _stored(merchant: MerchantId, row: asyncpg.Record) -> Stored:
    return Stored(
        merchant,
        row["position"],
        row["stream"],
        row["stream_position"],
        decode_facts(row["type"], row["version"], row["facts"]),
        Instant(row["occurred"]),
        Instant(row["recorded"]),
        None if row["body"] is None else decode_body(row["body"]),
    )
