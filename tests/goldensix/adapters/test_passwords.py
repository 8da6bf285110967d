from typing import Literal

import pytest
from argon2 import PasswordHasher, extract_parameters

from goldensix.adapters.passwords import LONGEST, SHORTEST, Passwords, weakness
from house_builders import cheap_passwords


def costing(passes: int) -> Passwords:
    return Passwords(PasswordHasher(time_cost=passes, memory_cost=16_384, parallelism=1))


async def test_only_the_right_password_opens() -> None:
    passwords = cheap_passwords()
    kept = await passwords.hash("six golden seconds")
    assert kept.startswith("$argon2id$")
    assert await passwords.check("six golden seconds", kept)
    assert not await passwords.check("six golden second", kept)
    assert not await passwords.check("six golden seconds", "not a hash")
    assert not await passwords.check("of nobody", None)


async def test_a_hash_of_older_parameters_still_opens_and_is_outdated() -> None:
    kept = await costing(1).hash("six golden seconds")
    assert await costing(2).check("six golden seconds", kept)
    assert costing(2).outdated(kept)
    assert not costing(1).outdated(kept)


async def test_a_stranger_costs_as_much_work_as_a_colleague() -> None:
    checked: list[str] = []

    class Hasher(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
            checked.append(str(hash))
            return super().verify(hash, password)

    passwords = Passwords(Hasher(time_cost=2, memory_cost=16_384, parallelism=1))
    kept = await passwords.hash("six golden seconds")
    for password_hash in (kept, None):
        assert not await passwords.check("a guess", password_hash)
    colleague, stranger = checked
    assert colleague == kept
    assert extract_parameters(stranger) == extract_parameters(kept)


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("six golden", None),
        ("六秒黄金一二三四五六", None),
        ("short one", f"needs at least {SHORTEST} characters"),
        ("ab c" * LONGEST, f"takes at most {LONGEST} characters"),
        ("abcabcabcabc", "repeats itself: use at least 4 different characters"),
        ("3456789012", "is only digits in a row"),
        ("9876543210", "is only digits in a row"),
        ("my +8613900000001", "must not contain the phone number or the e-mail address"),
        ("my ANA@tea.example", "must not contain the phone number or the e-mail address"),
    ],
)
def test_a_new_password_is_refused_for_a_reason(password: str, reason: str | None) -> None:
    weak = weakness(password, "+8613900000001", None, "ana@tea.example")
    assert (weak and weak[1]) == reason
