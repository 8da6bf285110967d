"""The question bank: what the robot reads of it, versions and their approval, rules, labelled words."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from goldensix.adapters.postgres.bank import BankStore, QuestionDraft, RuleDraft, RuleRefused
from goldensix.adapters.postgres.campaigns import CampaignDraft, Campaigns
from goldensix.adapters.postgres.questions import CodeTaken, Questions
from goldensix.events.ids import AccountId, Instant
from goldensix.robot.question import Answer, Labelled, QuestionId, Route, Scene
from goldensix.team.roles import Role
from shop_builders import Counter, open_counter

SHIP = QuestionDraft(
    "什么时候发货", ("几号寄出",), (Answer("付款后 {event} 当天发", language="zh"), Answer("p1", "picture"))
)


@pytest.fixture
async def counter(database: str) -> AsyncIterator[Counter]:
    async with open_counter(database) as opened:
        yield opened


async def lead(counter: Counter) -> AccountId:
    account = await counter.people.add_account(counter.merchant.id, "Lin", Role.SERVICE_MANAGER, email="l@tea.example")
    return account.id


async def test_only_what_somebody_approved_is_ever_read_and_an_edit_waits_for_its_own_approval(
    counter: Counter,
) -> None:
    bank, questions = BankStore(counter.pool, counter.clock), Questions(counter.pool, counter.clock)
    own, by = counter.merchant.id, await lead(counter)
    assert ((await bank.content(own)).questions, await bank.version(own)) == ((), 0)
    ship = await questions.add(own, replace(SHIP, group=counter.group.id), by, "ship")
    assert (await bank.content(own)).questions == ()
    assert await questions.approve(own, [(ship, 1)], by) == [ship]
    await questions.change(own, ship, replace(SHIP, title="发货时间"), by)
    content = await bank.content(own)
    assert [(each.title, each.route) for each in content.questions] == [("什么时候发货", Route(str(counter.group.id)))]
    assert content.version == await bank.version(own) == 3
    assert await questions.approve(own, [(ship, 1)], by) == []  # it was changed since that version was read
    assert [(each.version, each.approved_by) for each in await questions.versions(own, ship)] == [(2, None), (1, by)]
    await questions.approve(own, [(ship, 2)], by)
    assert (await bank.content(own)).questions[0].title == "发货时间"
    await questions.remove(own, [ship])
    assert (await bank.content(own)).questions == () == tuple(await questions.all(own))
    await questions.restore(own, [ship])
    await questions.withdraw(own, ship)
    assert (await bank.content(own)).questions == ()
    other = await counter.people.add_merchant("Kettles")
    assert await questions.all(other.id) == []
    assert await questions.find(other.id, ship) is None


async def test_a_campaigns_question_holds_while_it_runs_and_names_it(counter: Counter) -> None:
    bank, questions = BankStore(counter.pool, counter.clock), Questions(counter.pool, counter.clock)
    campaigns, own = Campaigns(counter.pool, counter.clock), counter.merchant.id
    spring = await campaigns.add(own, CampaignDraft("Spring", Instant(100), Instant(200)))
    await questions.add(own, replace(SHIP, campaign=spring, since=Instant(150)), None, approve=True)
    (question,) = (await bank.content(own)).questions
    assert [question.validity.holds(Scene(Instant(at))) for at in (149, 150, 199, 200)] == [False, True, True, False]
    assert question.answers[0].content == "付款后 Spring 当天发"
    before = await bank.version(own)
    await campaigns.remove(own, spring)
    assert await bank.version(own) > before
    (question,) = (await bank.content(own)).questions
    assert not question.validity.holds(Scene(Instant(160)))


async def test_many_are_put_together_or_not_at_all_and_codes_are_given_once(counter: Counter) -> None:
    questions, own = Questions(counter.pool, counter.clock), counter.merchant.id
    await questions.add(own, SHIP, None, "ship")
    with pytest.raises(CodeTaken):
        await questions.put(own, [(None, "gift", SHIP), (None, "ship", SHIP)], None)
    assert [each.code for each in await questions.all(own)] == ["ship"]
    (gift,) = await questions.put(own, [(None, "", SHIP)], None)
    assert (await questions.find(own, gift)).code == f"q{gift}"


async def test_rules_and_labels_are_read_with_the_bank(counter: Counter) -> None:
    bank, questions = BankStore(counter.pool, counter.clock), Questions(counter.pool, counter.clock)
    own, by = counter.merchant.id, await lead(counter)
    ship = await questions.add(own, SHIP, by)
    await bank.add_rule(own, RuleDraft("parcel", "包裹", priority=5, question=ship), by)
    late = await bank.add_rule(own, RuleDraft("late", "催|急", is_pattern=True, until=Instant(9)), by)
    for draft, field in ((RuleDraft("late", "x"), "name"), (RuleDraft("new", "x", question=ship + 9), "question")):
        with pytest.raises(RuleRefused) as refused:
            await bank.add_rule(own, draft, by)
        assert refused.value.field == field
    assert await bank.change_rule(own, late, RuleDraft("hurry", "急"), by)
    assert await bank.remove_rule(own, late)
    group = Route(str(counter.group.id))
    await bank.label(own, [Labelled("哈哈", None), Labelled("寄吗", QuestionId(str(ship)), group, "拍了")], by)
    await bank.label(own, [Labelled("哈哈", QuestionId(str(ship)))], by)
    content = await bank.content(own)
    assert [(rule.name, rule.answers) for rule in content.rules] == [("parcel", QuestionId(str(ship)))]
    assert [(each.text, each.question, each.previous) for each in content.labelled] == [
        ("哈哈", QuestionId(str(ship)), ""),
        ("寄吗", QuestionId(str(ship)), "拍了"),
    ]
    await bank.unlabel(own, [("哈哈", "")])
    assert [each.route for each in (await bank.content(own)).labelled] == [group]
