"""What is masked, and what is not: a figure or a size is no phone number."""

import polars as pl
import pytest

from goldensix.adapters.importers.masking import masked


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("电话13812345678谢谢", "电话[phone]谢谢"),
        ("138 1234 5678", "[phone]"),
        ("+86-13812345678", "[phone]"),
        ("座机0571-88881234", "座机[phone]"),
        ("发 lin.wan@example.com 吧", "发 [email] 吧"),
        ("身份证110101199003074512", "身份证[id]"),
        ("单号520401029636188", "单号[number]"),
        ("寄到浙江省杭州市西湖区文三路90号东部软件园", "[address]"),
        ("我在幸福路12号3栋", "[address]"),
        ("送到阳光花园5栋2单元", "[address]"),
        ("12 Baker Street please", "[address] please"),
    ],
)
def test_what_tells_who_somebody_is_goes(said: str, kept: str) -> None:
    assert pl.select(masked(pl.lit(said))).item() == kept


@pytest.mark.parametrize(
    "said", ["M 码 165/88A", "299 元", "订单 2026-11-10", "在吗", "满300减40", "1688", "18 号发货"]
)
def test_the_rest_stays(said: str) -> None:
    assert pl.select(masked(pl.lit(said))).item() == said
