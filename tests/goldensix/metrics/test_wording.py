"""A caliber in words: whatever tells two calibers apart is said, in both languages."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest

from goldensix.adapters.importers.words import PLATFORMS
from goldensix.adapters.presets import presets
from goldensix.metrics.caliber import MEASURES, TURN_MEASURES, Caliber
from goldensix.metrics.wording import duration, figure, source, target, told, version
from goldensix.wire.calibers import declared
from goldensix.wire.declared import read_caliber

ROOT: Final = Path(__file__).parents[3]
every_preset = pytest.mark.parametrize("caliber", presets().values(), ids=lambda caliber: caliber.id)


def words(caliber: Caliber) -> tuple[str, str]:
    lines = list(told(caliber))
    return "; ".join(each.text.en for each in lines), "；".join(each.text.zh for each in lines)


@every_preset
def test_no_braces_are_left_open_and_no_chinese_slips_into_english(caliber: Caliber) -> None:
    english, chinese = words(caliber)
    assert not re.search(r"[{}]|None|[\u4e00-\u9fff]", english)
    assert not re.search(r"[{}]|None", chinese)
    assert re.search(r"[\u4e00-\u9fff]", chinese)


def test_presets_that_count_differently_are_told_differently() -> None:
    told_apart: dict[str, Caliber] = {}
    unsaid = {"id", "names", "platform", "version", "valid_from", "source", "assumed"}

    def rules(caliber: Caliber) -> dict[str, Any]:
        return {key: value for key, value in declared(caliber).items() if key not in unsaid}

    for caliber in presets().values():
        known = told_apart.setdefault(words(caliber)[0], caliber)
        assert rules(known) == rules(caliber), (known.id, caliber.id)


@every_preset
def test_what_is_declared_is_read_again_as_the_same(caliber: Caliber) -> None:
    assert read_caliber(declared(caliber)) == caliber


def test_a_declaration_keeps_dates_days_and_fractions() -> None:
    given = {
        "id": "own",
        "measure": "within",
        "threshold": 0.5,
        "op": "<",
        "window": [8.5, 23],
        "days": [0, 6],
        "exempt_days": ["2026-10-01"],
        "gap_after_close": 30,
        "target": {"at_least": 99.5},
        "valid_from": "2026-01-01",
    }
    caliber = read_caliber(given)
    assert caliber.valid_from == date(2026, 1, 1)
    assert read_caliber(declared(caliber)) == caliber
    assert declared(caliber).items() >= given.items()
    english, chinese = words(caliber)
    for said in (
        "less than 0.5 s",
        "8:30-23:00",
        "Monday, Sunday",
        "2026-10-01",
        "30 s after a close",
        "at least 99.5 %",
    ):
        assert said in english
    for said in ("不到 0.5 秒", "周一、周日", "不低于 99.5%"):
        assert said in chinese


@pytest.mark.parametrize(
    ("milliseconds", "english", "chinese"),
    [
        (0, "0 s", "0 秒"),
        (500, "0.5 s", "0.5 秒"),
        (6_000, "6 s", "6 秒"),
        (90_000, "90 s", "90 秒"),
        (180_000, "3 min", "3 分钟"),
        (86_400_000, "24 h", "24 小时"),
    ],
)
def test_a_duration_is_told_in_the_largest_whole_unit(milliseconds: int, english: str, chinese: str) -> None:
    assert duration(milliseconds) == (english, chinese)


def test_conversions_say_what_is_counted_and_until_when() -> None:
    known = presets()
    assert figure(known["order_conversion"]).en == "buyers who ordered the same day / buyers a day who wrote"
    assert figure(known["orders_per_consult"]).zh == "当天所下订单 / 当天咨询的买家"
    assert "by day 4 after" in figure(known["jd_final_paid"]).en


def test_a_caliber_without_a_target_has_none_to_tell() -> None:
    assert target(presets()["tb_avg_2022"]) == ("", "")
    assert target(presets()["jd_average_response"]).zh == "低于 40 秒"


def test_in_chinese_no_caliber_has_an_english_word() -> None:
    """Names of platforms' own things may stay; addresses are not read."""
    for caliber in presets().values():
        texts = [version(caliber).zh, source(caliber).zh, caliber.names["zh"], *caliber.assumed.get("zh", ())]
        texts += [text for line in told(caliber) for text in (line.head.zh, line.text.zh)]
        for text in texts:
            assert not re.findall(r"[A-Za-z]{2,}", re.sub(r"https?://\S+", "", text)), (caliber.id, text)
        assert version(caliber).en == caliber.version


def test_the_pages_have_words_for_every_measure_and_platform() -> None:
    words = json.loads((ROOT / "web/console/reports/words/zh.json").read_text(encoding="utf-8"))
    needed = {f"platform.{caliber.platform}" for caliber in presets().values()}
    needed |= {f"platform.{name}" for name in (*PLATFORMS, "other", "desk")}
    needed |= {f"{side}.{measure}" for measure in MEASURES for side in ("num", "den")}
    needed |= {f"over.{measure}" for measure in MEASURES if measure not in TURN_MEASURES}
    assert needed <= {*words}
