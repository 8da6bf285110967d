"""`goldensix calibers`: every definition is told with its source and with what of it is ours."""

import json
from io import StringIO

from rich.console import Console

from goldensix.adapters.presets import presets
from goldensix.definitions import as_json, missing, print_list, print_one
from goldensix.metrics.wording import Language
from goldensix.wire.declared import read_caliber


def one(name: str, language: Language) -> str:
    said = StringIO()
    print_one(presets()[name], language, Console(file=said, width=80))
    return said.getvalue()


def test_every_caliber_is_listed_whole_by_platform() -> None:
    said = StringIO()
    print_list(presets().values(), "en", Console(file=said, width=80))
    words = said.getvalue().split()
    assert {*presets()} <= {*words}
    assert {caliber.platform for caliber in presets().values()} <= {*words}


def test_one_is_told_with_its_source_and_what_we_assumed() -> None:
    english = one("ks_2023", "en")
    assert "share answered within 3 min" in english
    assert "valid from: 2023-03-27" in english
    assert "source: http://snsmcma.cn/article-15550-1.html" in english
    assert "our assumption: Where the log names no assignments" in english
    chinese = one("ks_2023", "zh")
    assert "3 分钟内回复的占比" in chinese
    assert "我们的设定: 记录里没有分流事件时" in chinese


def test_as_json_they_are_what_a_file_may_declare() -> None:
    assert [read_caliber(each) for each in json.loads(as_json(presets().values()))] == list(presets().values())


def test_a_name_that_does_not_exist_is_answered_with_those_like_it() -> None:
    assert "did you mean" in missing("ks_2032", presets())
    assert "ks_2023" in missing("ks_2032", presets())
    assert "did you mean" not in missing("zzzzzzz", presets())
