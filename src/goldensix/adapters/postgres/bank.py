"""The question bank as the robot reads it: approved questions, keyword rules, and what people said of buyers' words."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Final

import asyncpg
import msgspec

from goldensix.adapters.postgres.pool import Connection
from goldensix.adapters.postgres.times import instant, timestamp
from goldensix.events.ids import AccountId, GroupId, Instant, MerchantId, ShopId
from goldensix.robot.question import Answer, Labelled, Question, QuestionId, Route, Validity
from goldensix.robot.rules import Rule


@dataclass(frozen=True, slots=True)
class QuestionDraft:
    """A question as people write it; a version of it is kept as this."""

    title: str
    phrasings: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()
    """Texts may hold {agent}, {shop}, {event}, {order} and {order.status}; a picture or product is named by its id."""
    group: GroupId | None = None
    shops: tuple[ShopId, ...] = ()
    """Empty: in all of them."""
    campaign: int | None = None
    """Holds only while it runs."""
    since: Instant | None = None
    until: Instant | None = None


@dataclass(frozen=True, slots=True)
class BankContent:
    version: int
    questions: tuple[Question, ...]
    """Approved ones, in their order; some hold at other times. A route is a group's id in digits."""
    rules: tuple[Rule, ...]
    labelled: tuple[Labelled, ...]


@dataclass(frozen=True, slots=True)
class RuleDraft:
    name: str
    pattern: str
    is_pattern: bool = False
    priority: int = 0
    question: int | None = None
    """None: the conversation is handed over."""
    since: Instant | None = None
    until: Instant | None = None


@dataclass(frozen=True, slots=True)
class KeptRule:
    id: int
    draft: RuleDraft
    changed_at: Instant
    changed_by: AccountId | None


class RuleRefused(Exception):
    """Another rule has this name, or it answers a question that is not there: `field` is which."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


Campaign = tuple[str, Instant, Instant]
"""Its name, when it begins, and the first instant after it."""
_RULES: Final = """
select id, name, pattern, is_pattern, priority, question_id as question, since, until, changed_at, changed_by
from bank_rules where merchant_id = $1 order by priority desc, name"""


class BankStore:
    def __init__(self, pool: asyncpg.Pool, now: Callable[[], Instant]) -> None:
        self._pool = pool
        self._now = now

    async def version(self, merchant: MerchantId) -> int:
        """Rises with every change that matters to the robot; 0: there never was a bank."""
        found: int | None = await self._pool.fetchval("select version from bank_heads where merchant_id = $1", merchant)
        return found or 0

    async def content(self, merchant: MerchantId) -> BankContent:
        """All that the robot goes by, of one instant."""
        async with self._pool.acquire() as connection, connection.transaction(isolation="repeatable_read"):
            version = await connection.fetchval("select version from bank_heads where merchant_id = $1", merchant)
            rows = await connection.fetch(
                "select q.id, v.content from bank_questions q"
                " join bank_versions v on v.question_id = q.id and v.version = q.approved"
                " where q.merchant_id = $1 and q.removed_at is null order by q.id",
                merchant,
            )
            campaigns = await _campaigns(connection, merchant)
            rules = await connection.fetch(_RULES, merchant)
            labelled = await connection.fetch(
                "select text, previous, question_id, group_id from bank_labelled where merchant_id = $1 order by id",
                merchant,
            )
        drafts = ((QuestionId(str(row["id"])), written(row["content"])) for row in rows)
        return BankContent(
            version or 0,
            tuple(question_of(id, draft, campaigns) for id, draft in drafts),
            tuple(_ready(_rule_of(row).draft) for row in rules),
            tuple(_labelled_of(row) for row in labelled),
        )

    # -- rules

    async def rules(self, merchant: MerchantId) -> list[KeptRule]:
        """The one that decides first comes first."""
        return [_rule_of(row) for row in await self._pool.fetch(_RULES, merchant)]

    async def add_rule(self, merchant: MerchantId, draft: RuleDraft, by: AccountId | None) -> int:
        """Raises RuleRefused."""
        async with self._of_a_rule(merchant) as connection:
            added: int = await connection.fetchval(
                "insert into bank_rules (merchant_id, name, pattern, is_pattern, priority, question_id, since, until,"
                " changed_at, changed_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id",
                *(merchant, *_values(draft), timestamp(self._now()), by),
            )
        return added

    async def change_rule(self, merchant: MerchantId, rule: int, draft: RuleDraft, by: AccountId | None) -> bool:
        """False: there is none. Raises RuleRefused."""
        async with self._of_a_rule(merchant) as connection:
            found = await connection.fetchval(
                "update bank_rules set name = $3, pattern = $4, is_pattern = $5, priority = $6, question_id = $7,"
                " since = $8, until = $9, changed_at = $10, changed_by = $11"
                " where merchant_id = $1 and id = $2 returning id",
                *(merchant, rule, *_values(draft), timestamp(self._now()), by),
            )
        return found is not None

    async def remove_rule(self, merchant: MerchantId, rule: int) -> bool:
        async with changing(self._pool, merchant) as connection:
            found = await connection.fetchval(
                "delete from bank_rules where merchant_id = $1 and id = $2 returning id", merchant, rule
            )
        return found is not None

    @asynccontextmanager
    async def _of_a_rule(self, merchant: MerchantId) -> AsyncIterator[Connection]:
        try:
            async with changing(self._pool, merchant) as connection:
                yield connection
        except asyncpg.UniqueViolationError:
            raise RuleRefused("name") from None
        except asyncpg.ForeignKeyViolationError:
            raise RuleRefused("question") from None

    # -- learning material

    async def label(self, merchant: MerchantId, labels: Iterable[Labelled], by: AccountId | None) -> int:
        """Keeps what people said of buyers' words; words that were labelled before take the new label. How many.

        A question that is not this merchant's is an error of the caller."""
        now = timestamp(self._now())
        rows = [(merchant, each.text, each.previous, *_places(each), now, by) for each in labels]
        async with changing(self._pool, merchant) as connection:
            await connection.executemany(
                "insert into bank_labelled (merchant_id, text, previous, question_id, group_id, labelled_at,"
                " labelled_by) values ($1, $2, $3, $4, $5, $6, $7)"
                " on conflict (merchant_id, md5(text), md5(previous)) do update set question_id = excluded.question_id,"
                " group_id = excluded.group_id, labelled_at = excluded.labelled_at, labelled_by = excluded.labelled_by",
                rows,
            )
        return len(rows)

    async def unlabel(self, merchant: MerchantId, words: Sequence[tuple[str, str]]) -> None:
        """Takes labels back: of turns, each with the one before."""
        async with changing(self._pool, merchant) as connection:
            await connection.executemany(
                "delete from bank_labelled where merchant_id = $1 and text = $2 and previous = $3",
                [(merchant, text, previous) for text, previous in words],
            )


@asynccontextmanager
async def changing(pool: asyncpg.Pool, merchant: MerchantId) -> AsyncIterator[Connection]:
    """A transaction in which the bank changes: its version rises with it."""
    async with pool.acquire() as connection, connection.transaction():
        # First of all: whoever changes the same bank waits here, and nobody reads a version without its change.
        await connection.execute(
            "insert into bank_heads (merchant_id, version) values ($1, 1)"
            " on conflict (merchant_id) do update set version = bank_heads.version + 1",
            merchant,
        )
        yield connection


def written(content: str) -> QuestionDraft:
    return msgspec.json.decode(content, type=QuestionDraft)


def question_of(id: QuestionId, draft: QuestionDraft, campaigns: dict[int, Campaign]) -> Question:
    """A draft as the robot reads it: a campaign's question holds while the campaign runs, and names it."""
    since, until, answers = draft.since, draft.until, draft.answers
    if draft.campaign is not None:
        name, begins, ends = campaigns.get(draft.campaign, ("", Instant(0), Instant(0)))
        since, until = max(since or begins, begins), min(until or ends, ends)
        answers = tuple(_named(answer, name) for answer in answers)
    route = None if draft.group is None else Route(str(draft.group))
    validity = Validity(frozenset(draft.shops), since, until)
    return Question(id, draft.title, draft.phrasings, answers, route, validity)


def _named(answer: Answer, event: str) -> Answer:
    return replace(answer, content=answer.content.replace("{event}", event)) if answer.kind == "text" else answer


async def _campaigns(connection: Connection, merchant: MerchantId) -> dict[int, Campaign]:
    rows = await connection.fetch("select id, name, starts_at, ends_at from campaigns where merchant_id = $1", merchant)
    return {row["id"]: (row["name"], instant(row["starts_at"]), instant(row["ends_at"])) for row in rows}


def _ready(draft: RuleDraft) -> Rule:
    answers = None if draft.question is None else QuestionId(str(draft.question))
    validity = Validity(since=draft.since, until=draft.until)
    return Rule(draft.name, draft.pattern, draft.is_pattern, draft.priority, answers, validity)


def _rule_of(row: asyncpg.Record) -> KeptRule:
    since, until = (None if row[name] is None else instant(row[name]) for name in ("since", "until"))
    draft = RuleDraft(row["name"], row["pattern"], row["is_pattern"], row["priority"], row["question"], since, until)
    return KeptRule(row["id"], draft, instant(row["changed_at"]), row["changed_by"])


def _values(draft: RuleDraft) -> tuple[object, ...]:
    since, until = (None if at is None else timestamp(at) for at in (draft.since, draft.until))
    return (draft.name, draft.pattern, draft.is_pattern, draft.priority, draft.question, since, until)


def _labelled_of(row: asyncpg.Record) -> Labelled:
    question = None if row["question_id"] is None else QuestionId(str(row["question_id"]))
    route = None if row["group_id"] is None else Route(str(row["group_id"]))
    return Labelled(row["text"], question, route, row["previous"])


def _places(each: Labelled) -> tuple[int | None, int | None]:
    return (
        None if each.question is None else int(each.question),
        None if each.route is None else int(each.route),
    )
