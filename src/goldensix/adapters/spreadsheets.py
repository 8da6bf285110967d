"""What other people's spreadsheets would make of a cell of ours."""

from typing import Final

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula: a name may begin with =."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
