"""Greetings: first lines that answer nothing. Some platforms' calibers leave them out."""

import re
from typing import Final

GREETING: Final = (
    r"^\s*(?i:(?:您好|你好|亲爱?的?|在的?|在吗|在么|欢迎光临|有什么可以帮您的?[吗么]?|hi|hello|hey|"
    r"[呢哦呀啊])[\s,，.。!！?？~～、…]*)+$"
)
"""Each text can be read in one way only, or Python's matching would take for ever on a long one."""
_ONLY_GREETING: Final = re.compile(GREETING)


def is_greeting(text: str) -> bool:
    """Whether a text is made of nothing but a greeting."""
    return _ONLY_GREETING.match(text) is not None
