"""What a lesson beside a desk reads: the bank, the model, and all that was asked on the desk and in imports."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from goldensix.adapters import clock
from goldensix.adapters.archive.sources import Archive
from goldensix.adapters.postgres.bank import BankContent, BankStore, question_of
from goldensix.adapters.postgres.findings import Findings
from goldensix.adapters.postgres.marks import Marks
from goldensix.adapters.postgres.people import People
from goldensix.adapters.postgres.pool import open_pool
from goldensix.adapters.postgres.questions import Questions
from goldensix.adapters.postgres.spoken import spoken
from goldensix.events.ids import Instant, MerchantId
from goldensix.robot.asked import Asked, asked
from goldensix.robot.bands import Bands, banded
from goldensix.robot.question import ALWAYS, Question, QuestionId
from goldensix.teaching.models import place, read_or_none

if TYPE_CHECKING:
    import asyncpg

    from goldensix.robot.model import Model

DAY: Final = 86_400_000


@dataclass(frozen=True, slots=True)
class Material:
    pool: "asyncpg.Pool"
    data: Path
    merchant: MerchantId

    async def asked(self, days: int) -> list[Asked]:
        """In the last so many days; 0: ever. Played ones too if this is a demo, which has no others."""
        from goldensix.adapters.archive.spoken import spoken as imported

        since = Instant(clock.now() - days * DAY if days else 0)
        merchants = await People(self.pool, clock.now).merchants()
        demo = any(each.demo for each in merchants if each.id == self.merchant)
        lived = await spoken(self.pool, self.merchant, since, played=demo)
        return [*asked(imported(Archive(self.data, self.merchant), since)), *asked(lived)]

    async def content(self) -> BankContent:
        return await BankStore(self.pool, clock.now).content(self.merchant)

    async def drafts(self) -> list[Question]:
        """Every question as it stands now, approved or not, wherever and whenever it holds."""
        kept = await Questions(self.pool, clock.now).all(self.merchant)
        made = (question_of(QuestionId(str(each.id)), each.newest.draft, {}) for each in kept)
        return [replace(each, validity=ALWAYS) for each in made]

    async def bands(self) -> Bands:
        """As the robot at work has them."""
        roster = await People(self.pool, clock.now).roster(self.merchant)
        marks = await Marks(self.pool, clock.now).all(self.merchant)
        return banded(marks, roster.merchant.settings.robot.precision)

    def model(self) -> "Model | None":
        """None: there is none, or it is damaged."""
        return read_or_none(self.model_file)[0]

    def has_damaged_model(self) -> bool:
        return self.model_file.exists() and self.model() is None

    @property
    def model_file(self) -> Path:
        return place(self.data, self.merchant)

    @property
    def findings(self) -> Findings:
        return Findings(self.pool, clock.now)


@asynccontextmanager
async def opened(dsn: str, data: Path, merchant: MerchantId) -> AsyncIterator[Material]:
    pool = await open_pool(dsn, most=1)
    try:
        yield Material(pool, data, merchant)
    finally:
        await pool.close()
