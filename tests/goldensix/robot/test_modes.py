"""When the robot is at work."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from goldensix.events.ids import GroupId, Instant, ShopId
from goldensix.robot.modes import ModeRule, RobotRules
from goldensix.team.hours import Span

SHANGHAI = ZoneInfo("Asia/Shanghai")
TEA, SILK = ShopId(1), ShopId(2)
PRE_SALE, AFTER_SALE = GroupId(1), GroupId(2)
NIGHT = ModeRule("always", span=Span(22 * 60, 8 * 60))


def at(hour: int, minute: int = 0, day: int = 11) -> Instant:
    return Instant(int(datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI).timestamp() * 1000))


def test_hours_go_over_midnight_and_their_end_is_not_in_them() -> None:
    rules = RobotRules(mode="assist", rules=(NIGHT,))
    modes = [rules.mode_of(TEA, PRE_SALE, SHANGHAI, at(*time)) for time in ((21, 59), (22, 0), (3, 0), (7, 59), (8, 0))]
    assert modes == ["assist", "always", "always", "always", "assist"]


def test_the_first_rule_that_holds_decides_and_a_stopped_robot_does_nothing() -> None:
    rules = RobotRules(mode="busy", rules=(ModeRule("off", shop=SILK), ModeRule("assist", group=AFTER_SALE), NIGHT))
    assert rules.mode_of(SILK, PRE_SALE, SHANGHAI, at(23)) == "off"
    assert rules.mode_of(TEA, AFTER_SALE, SHANGHAI, at(23)) == "assist"
    assert rules.mode_of(TEA, PRE_SALE, SHANGHAI, at(23)) == "always"
    assert rules.mode_of(TEA, PRE_SALE, SHANGHAI, at(12)) == "busy"
    assert replace(rules, stopped=True).mode_of(TEA, PRE_SALE, SHANGHAI, at(23)) == "off"


def test_the_next_change_is_the_nearest_edge_of_any_rules_hours() -> None:
    rules = RobotRules(rules=(NIGHT, ModeRule("off", span=Span(12 * 60, 13 * 60))))
    changes = [rules.changes_next([SHANGHAI], at(*time)) for time in ((9, 0), (12, 0), (13, 0), (22, 0))]
    assert changes == [at(12), at(13), at(22), at(8, day=12)]
    assert RobotRules().changes_next([SHANGHAI], at(9)) is None
