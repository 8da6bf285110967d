"""What people log in with, in the one form it is stored and compared in."""

import re
import unicodedata
from typing import Final

_COUNTRY: Final = "+86"
_PHONE: Final = re.compile(r"\+[0-9]{5,15}")
_EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")


def phone_number(text: str) -> str | None:
    """`139 0000 0000`, `+86 139-0000-0000` and full-width digits -> `+8613900000000`; None: not a number."""
    digits = re.sub(r"[\s().\-]", "", unicodedata.normalize("NFKC", text))
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    elif not digits.startswith("+"):
        digits = _COUNTRY + digits.removeprefix("0")
    return digits if _PHONE.fullmatch(digits) else None


def email_address(text: str) -> str | None:
    """Without regard to case; None: not an address."""
    address = unicodedata.normalize("NFKC", text).strip().casefold()
    return address if _EMAIL.fullmatch(address) else None


def identifier(text: str) -> str | None:
    """Whichever of the two it is."""
    return email_address(text) if "@" in unicodedata.normalize("NFKC", text) else phone_number(text)
