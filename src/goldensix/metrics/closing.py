"""Closing words: lines that want no answer. Only house calibers leave them out; platforms count them."""

import re
from typing import Final

WORDS: Final = ("谢谢亲", "谢谢", "多谢", "好的", "好滴", "再见", "拜拜", "嗯", "好", "okay", "ok", "thanks", "bye")
_ONLY_WORDS: Final = re.compile(rf"[\s\W_]*(?:(?:{'|'.join(WORDS)})[\s\W_]*)+", re.IGNORECASE)


def is_closing(text: str) -> bool:
    """Whether a text is made of nothing but closing words."""
    return _ONLY_WORDS.fullmatch(text) is not None
