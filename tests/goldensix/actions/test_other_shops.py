"""Whoever is limited to some shops is given nothing of the others, by whatever way."""

from builders import OTHER_SHOP, PRE_SALE, SHOP, World, agent, buyer, words
from goldensix.actions import reception, route, say
from goldensix.actions.outcome import No
from goldensix.events.ids import AccountId

ME, OUTSIDER = AccountId(1), AccountId(2)


def test_nobody_hands_on_a_conversation_of_a_shop_that_is_not_his() -> None:
    world = World([agent(1), agent(2, shops=[OTHER_SHOP])])
    desk = world.desk
    for each in (ME, OUTSIDER):
        reception.connect(desk, each, world.now)
        reception.become_ready(desk, each, world.now)
    say.ask(desk, buyer(shop=SHOP), "question1", words(), None, "", world.now)
    desk.route_if_wanted()
    (c,) = world.with_agent(ME)
    elsewhere = No("not_agents_shop")
    assert route.transfer(desk, ME, c, route.Transfer(OUTSIDER, None), world.now) == elsewhere
    assert route.hand_over(desk, ME, c, OUTSIDER, world.now) == elsewhere
    assert [refused for _, refused in route.reassign(desk, ME, ME, OUTSIDER, world.now)] == [elsewhere]
    assert world.with_agent(ME) == [c]
    assert route.transfer(desk, ME, c, route.Transfer(None, PRE_SALE), world.now) is None
