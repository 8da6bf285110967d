"""What the robot learns from: the desk's own log, and the archive of imported ones."""

from pathlib import Path

import pytest

from goldensix.adapters.postgres.bank import QuestionDraft
from goldensix.robot.bands import COLD
from goldensix.robot.question import Answer
from goldensix.teaching.material import Material
from goldensix.teaching.proposing import proposals
from goldensix.teaching.week import tried_week
from goldensix.team.roles import Role
from walked_desk import SECRET_WORDS, open_walk


async def test_the_desks_own_log_is_tried_and_proposes_what_was_asked_three_times(
    database: str, tmp_path: Path
) -> None:
    async with open_walk(database, tmp_path) as walk:
        await walk.buyer_asks()
        await walk.buyer_asks()
        own = Material(walk.desk.pool, tmp_path, walk.tea.merchant.id)
        turns = await own.asked(days=0)
        assert [(each.text, each.by, each.shop, each.is_first) for each in turns] == 3 * [
            (SECRET_WORDS, None, walk.tea.shop.id, True)
        ]
        assert await Material(walk.desk.pool, tmp_path, walk.silk.merchant.id).asked(days=0) == []
        assert [each.title for each in await own.drafts()] == [SECRET_WORDS]
        (made,) = proposals(turns, [], [], None, 0, lambda _: None).proposals
        assert (made.texts, made.count, made.unanswered, made.reply) == ((SECRET_WORDS,), 3, 3, "")
        assert proposals(turns, await own.drafts(), [], None, 0, lambda _: None).proposals == ()
        draft = QuestionDraft("is the lid sold alone", (SECRET_WORDS,), (Answer("It is."),))
        lead = walk.tea.staff[Role.SERVICE_MANAGER].id
        await walk.house.questions.add(walk.tea.merchant.id, draft, lead, approve=True)
        found = tried_week(turns, await own.content(), own.model(), COLD, 0, lambda _: None)
        assert (found.turns, found.consults, dict(found.of_consults)) == (3, 3, {"answer": 3})
        assert [(each.title, each.answered) for each in found.questions] == [("is the lid sold alone", 3)]


@pytest.mark.parametrize("text", ["", "🙂🙂🙂", "！！？", "x" * 10_000, "<b>hi</b>", "运费 shipping كم"])
def test_whatever_buyers_wrote_is_read_without_a_fault(text: str) -> None:
    from goldensix.events.ids import Instant, ShopId
    from goldensix.robot.asked import Message, asked

    said = [Message(f"c{number}", ShopId(1), Instant(number), "buyer", text) for number in range(4)]
    turns = list(asked(said))
    assert len(proposals(turns, [], [], None, 0, lambda _: None).proposals) <= 1
