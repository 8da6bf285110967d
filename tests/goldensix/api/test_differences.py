"""What the audit says of changed settings: only what differs, in words, of whatever was ever stored."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldensix.actions.arrival import ConsultRule, On
from goldensix.adapters.postgres.audit import Noted
from goldensix.adapters.postgres.roster import Merchant, MerchantSettings, Roster
from goldensix.api.http.difference_words import WORDS
from goldensix.api.http.differences import Reader, subject
from goldensix.events.facts import Language
from goldensix.events.ids import GroupId, Instant, MerchantId, Milliseconds, ShopId, Skill
from goldensix.robot.modes import PRESETS, Mode, ModeRule
from goldensix.routing.policies import POLICIES
from goldensix.team.hours import Span

CONSOLE = Path(__file__).parents[3] / "web/console"
_UNIT = {"zh": r"（.*）$", "en": r", (seconds|%)$"}
WINE = ConsultRule("Wine -> reds", "words", ("wine", "claret"), skill=Skill("wine"), must=True)
LARGE = ConsultRule("Large", "unpaid_order", cents=100_000, priority=3)
BEFORE = MerchantSettings(rules=(WINE, LARGE))


NOBODY = Roster(Merchant(MerchantId(1), "", demo=False, secret=b""), {}, {}, {})


def told(before: object, after: object, language: Language = "en", what: Any = "assignment changed") -> list[str]:
    stored = f"{msgspec.json.encode(before).decode()} -> {msgspec.json.encode(after).decode()}"
    return subject(Noted(1, Instant(0), None, "", what, stored), Reader(language, NOBODY))


def test_only_what_differs_is_told_with_the_words_of_the_pages() -> None:
    ladder = replace(BEFORE.ladder, red_after=Milliseconds(0), queue_over=20)
    after = replace(BEFORE, policy="round_robin", silent_after=Milliseconds(120_500), ladder=ladder)
    assert told(BEFORE, after) == [
        "Rule: Idle hands → Round robin",
        "No answer: 300 s → 120.5 s",
        "The agent's page rings louder, and the agent's own phone is called: 30 s → off",
        "Call when more than … queue: off → 20",
    ]
    assert told(BEFORE, after, "zh")[:2] == ["规则：空手优先 → 轮流", "不回复：300 秒 → 120.5 秒"]
    assert told(BEFORE, BEFORE) == ["Nothing differs"]


def test_rules_for_consults_are_told_by_their_names() -> None:
    refund = ConsultRule("Refund", "refund", priority=1)
    changed = replace(WINE, must=False, shop=ShopId(9), priority=2)
    assert told(BEFORE, replace(BEFORE, rules=(changed, replace(LARGE, name="Huge"), refund))) == [
        "Rule Wine -> reds, Shop: Every shop → 9",
        "Rule Wine -> reds, Then: must have wine → priority 2, wine comes first",
        "Rule Large renamed Huge",
        "Rule Refund added: Asked for a refund, Every shop, priority 1",
    ]
    assert told(BEFORE, replace(BEFORE, rules=(WINE,)), "zh") == [
        "去掉规则「Large」：未付款的订单满 1000.00 元，全部店铺，优先 3"
    ]
    assert told(BEFORE, replace(BEFORE, rules=(LARGE, WINE))) == ["In another order: Large, Wine -> reds"]


def test_the_robots_rows_and_presets_are_told_by_what_the_page_calls_them() -> None:
    def robot(**more: Any) -> MerchantSettings:
        return replace(BEFORE, robot=replace(BEFORE.robot, **more))

    night = PRESETS["night"]
    assert told(BEFORE, robot(mode=night.mode, rules=night.rules), "zh", "robot changed") == [
        "套用「夜间」",
        "其余时间：停用 → 只给客服推荐",
        "加一条：总是先接待，22:00–08:00",
    ]
    own = ModeRule("busy", group=GroupId(7), span=Span(540, 60))
    assert told(robot(rules=night.rules), robot(rules=(own,), precision=0.95, refit_at=None, stopped=True)) == [
        "Switch everything off",
        "Row removed: Always first, 22:00–08:00",
        "Row added: Helps when busy, 7, 09:00–01:00",
        "Right answers wanted: 90% → 95%",
        "Learns from the log at: 03:00 → only when asked",
    ]
    assert told(robot(rules=(own, *night.rules)), robot(rules=(*night.rules, own)))[0].startswith("In another order")


def test_what_an_older_or_newer_desk_wrote_is_shown_as_it_stands() -> None:
    assert told({"policy": "by_moon", "tea": {"kind": [1]}}, {"policy": "idle_hands", "rules": [{"on": 3}]}) == [
        'Rule: "by_moon" → Idle hands',
        "tea.kind: [1] → —",
        'rules: — → [{"on": 3}]',
    ]
    sorting, broken = (
        Noted(1, Instant(0), None, "", "robot changed", each) for each in ("groups on, from 0.50", "{} {}")
    )
    assert subject(sorting, Reader("zh", NOBODY)) == ["把咨询归入组：开，把握 50% 起"]
    assert subject(broken, Reader("zh", NOBODY)) == ["{} {}"]


_texts = st.text('a0 ->{"', max_size=5)
_parts = st.recursive(
    st.none() | st.booleans() | st.integers(0, 10**6) | st.floats(allow_nan=False) | _texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_texts, inner, max_size=2),
    max_leaves=5,
)
_names = st.sampled_from(["policy", "silent_after", "rules", "ladder", "robot", "tea"])
_settings = st.dictionaries(_names, _parts | st.dictionaries(st.sampled_from(["mode", "rules", "stopped"]), _parts))


@given(_settings, _settings)
def test_whatever_is_stored_can_be_read(before: dict[str, Any], after: dict[str, Any]) -> None:
    lines = told(before, after)
    assert all(lines)
    assert lines, "there is always something to read"
    if json.dumps(before, sort_keys=True) == json.dumps(after, sort_keys=True):
        assert lines == ["Nothing differs"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_words_are_those_of_the_pages(language: Language) -> None:
    files = (CONSOLE / f"{folder}words/{language}.json" for folder in ("", "robot/", "settings/"))
    pages = {key: text for file in files for key, text in json.loads(file.read_text(encoding="utf-8")).items()}
    ours = {key: words[language] for key, words in WORDS.items() if not key.startswith("said.")}
    assert ours == {key: re.sub(_UNIT[language], "", pages[key]) for key in ours}
    needed = {f"rules.is.{on}" for on in get_args(On)} | {f"mode.{mode}" for mode in get_args(Mode)}
    assert needed | {f"policy.{name}" for name in POLICIES} | {f"modes.{name}" for name in PRESETS} <= {*ours}
