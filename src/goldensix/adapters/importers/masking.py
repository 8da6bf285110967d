"""What can tell who a buyer is, taken out of what was said: phones, e-mails, numbers of identity cards, addresses."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import polars as pl

MASKS: Final[tuple[tuple[str, str], ...]] = (
    (r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", "[email]"),
    (r"(?-u:\b)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?-u:\b)", "[id]"),
    (r"(?:\+?86[- ]?)?(?-u:\b)1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?-u:\b)", "[phone]"),
    (r"(?-u:\b)0\d{2,3}-?\d{7,8}(?-u:\b)", "[phone]"),
    (r"\+\d{1,3}[- ]?\(?\d{1,4}\)?(?:[- ]?\d{2,4}){2,4}(?-u:\b)", "[phone]"),
    (r"(?-u:\b)\d{15,19}(?-u:\b)", "[number]"),
    (
        r"(?:[\p{Han}]{2,8}?(?:省|自治区|特别行政区))?(?:[\p{Han}]{2,8}?(?:市|自治州|盟|地区))"
        r"[\p{Han}]{1,10}?(?:区|县|市|旗|镇|乡)[\p{Han}\w\-#()（）·、]{2,60}",
        "[address]",
    ),
    (r"[\p{Han}]{2,12}(?:路|街|道|巷|弄|大道|胡同)\d+号[\p{Han}\w\-#()（）]*", "[address]"),
    (
        r"[\p{Han}\w]{2,16}(?:小区|花园|公寓|大厦|家园|村|苑)[\p{Han}\w]{0,8}?\d+[\p{Han}\w\-]*(?:号楼|栋|幢|单元|室|号)[\w\-]*",
        "[address]",
    ),
    (
        r"(?i)\b\d{1,5} (?:[A-Z][a-z]+ ){1,3}(?:street|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd)\b\.?",
        "[address]",
    ),
)
"""Patterns of the Rust regex crate, and what stands in their place. The order matters: longer numbers first.

The boundaries are ASCII's: a Chinese character before a number is a word character too."""


def masked(text: "pl.Expr") -> "pl.Expr":
    for pattern, instead in MASKS:
        text = text.str.replace_all(pattern, instead)
    return text


def masked_texts(texts: Sequence[str]) -> list[str]:
    import polars as pl

    return pl.DataFrame({"text": texts}, {"text": pl.String}).select(masked(pl.col("text")))["text"].to_list()
