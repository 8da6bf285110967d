from builders import AFTER_SALE, OTHER_SHOP, PRE_SALE, SHOP, START
from goldensix.conversations.conversation import Conversation
from goldensix.conversations.ratings import RATABLE, Rated, Ratings
from goldensix.events.facts import Score
from goldensix.events.ids import BuyerId, ConversationId, GroupId, Instant, ShopId

QUARTER = 900_000


def ended(
    ratings: Ratings, name: str, at: int = START, group: GroupId = PRE_SALE, shop: ShopId = SHOP
) -> ConversationId:
    """A conversation whose seventh event, its end, is of this instant."""
    id = ConversationId(name)
    ratings.part(Conversation(id, shop, BuyerId("chen"), group, "widget", "zh", START), 7, Instant(at))
    return id


def rated(ratings: Ratings, score: Score, at: int, group: GroupId = PRE_SALE, shop: ShopId = SHOP) -> None:
    ratings.take(ended(ratings, f"c{at}{score}{group}{shop}", at, group, shop), score, 8, Instant(at))


def test_a_conversation_is_known_for_a_day_after_its_end_and_takes_its_rating() -> None:
    ratings = Ratings()
    first = ended(ratings, "c1")
    assert (ratings.position_of(first), ratings.position_of(ConversationId("c0"))) == (7, 0)
    ratings.take(first, 5, 8, Instant(START + 1))
    assert (ratings.position_of(first), ratings.parted[first].rated) == (8, True)
    ended(ratings, "c2", START + RATABLE)
    assert list(ratings.parted) == ["c1", "c2"]
    ended(ratings, "c3", START + RATABLE + 1)
    assert list(ratings.parted) == ["c2", "c3"]


def test_of_too_many_those_that_ended_first_are_forgotten() -> None:
    ratings = Ratings()
    for number in range(20_002):
        ended(ratings, f"c{number}", START + number)
    assert (len(ratings.parted), next(iter(ratings.parted))) == (20_000, "c2")


def test_ratings_are_counted_by_group_of_each_shop_from_its_own_day_on() -> None:
    ratings = Ratings()
    rated(ratings, 5, START)
    rated(ratings, 4, START + QUARTER)
    rated(ratings, 3, START + QUARTER)
    rated(ratings, 1, START + QUARTER, AFTER_SALE)
    rated(ratings, 5, START, shop=OTHER_SHOP)
    began = Instant(START + QUARTER)
    assert ratings.since({SHOP: began}) == {PRE_SALE: Rated(1, 2), AFTER_SALE: Rated(0, 1)}
    assert ratings.since({SHOP: began, OTHER_SHOP: START}) == {PRE_SALE: Rated(2, 3), AFTER_SALE: Rated(0, 1)}
    rated(ratings, 5, START + 3 * 86_400_000)
    assert ratings.since({SHOP: START}) == {PRE_SALE: Rated(1, 1)}


def test_a_rating_of_what_is_not_known_any_more_counts_nothing() -> None:
    ratings = Ratings()
    ratings.take(ConversationId("c1"), 5, 8, START)
    assert ratings == Ratings()
