"""What an answer may leave to be filled in when it is given."""

import re
from typing import Final

VARIABLES: Final = ("agent", "shop", "buyer", "event", "order", "order.status")
_BRACES: Final = re.compile(r"\{([^{}\n]{1,40})\}")


def unknown(text: str) -> tuple[str, ...]:
    """Names in braces that nothing fills in: a buyer would read them as they stand."""
    return tuple(name for name in _BRACES.findall(text) if name not in VARIABLES)
