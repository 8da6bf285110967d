"""Passwords: kept as Argon2id, checked off the event loop, at most two at a time (each costs 64 MB)."""

import asyncio
from functools import cached_property
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST: Final = 10
LONGEST: Final = 200
_ROW: Final = "0123456789" * (LONGEST // 10)


class Passwords:
    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turns = asyncio.Semaphore(2)

    async def hash(self, password: str) -> str:
        async with self._turns:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def check(self, password: str, password_hash: str | None) -> bool:
        """False too where there is no hash, after the same work: a stranger cannot tell who has an account."""
        async with self._turns:
            right = await asyncio.to_thread(self._verify, password, password_hash)
        return right and password_hash is not None

    def outdated(self, password_hash: str) -> bool:
        """True if it was made with other parameters than today's: hash it anew at the next log-in."""
        return self._hasher.check_needs_rehash(password_hash)

    @cached_property
    def _nobodys(self) -> str:
        return self._hasher.hash("of nobody")

    def _verify(self, password: str, password_hash: str | None) -> bool:
        try:
            return self._hasher.verify(password_hash or self._nobodys, password)
        except (VerificationError, InvalidHashError):
            return False


def weakness(password: str, *known: str | None) -> tuple[str, str] | None:
    """Why a new password is refused, in Chinese and English; `known` is what a guesser tries first."""
    if len(password) < SHORTEST:
        return f"至少需要 {SHORTEST} 个字符", f"needs at least {SHORTEST} characters"
    if len(password) > LONGEST:
        return f"最多 {LONGEST} 个字符", f"takes at most {LONGEST} characters"
    if len(set(password)) < 4:
        return "重复太多，请用至少 4 种不同的字符", "repeats itself: use at least 4 different characters"
    if password in _ROW or password in _ROW[::-1]:
        return "只是连续的数字", "is only digits in a row"
    if any(word.casefold() in password.casefold() for word in known if word and len(word) > 5):
        return "不能包含手机号或邮箱", "must not contain the phone number or the e-mail address"
    return None
