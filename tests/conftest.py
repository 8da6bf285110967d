import os
from pathlib import Path
from typing import Final

import pytest
from hypothesis import settings

pytest_plugins = ["postgres_fixtures"]
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as `goldensix` does, before NumPy starts
settings.register_profile("untimed", deadline=None)  # a busy machine is no fault
settings.load_profile("untimed")

_LONG: Final = (
    "faults/test_under_load.py", "stories/test_doors_by_role.py", "stories/test_commands_by_role.py", "fuzz",
    "goldensix/test_cli.py", "laws", "stories", "faults", "start", "browser/test_reports.py",
)  # fmt: skip
"""What takes longest begins first: no process then works on alone at the end. Loads do not begin together."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    place = item.path.relative_to(Path(__file__).parent).as_posix()
    return next((turn for turn, long in enumerate(_LONG) if place.startswith(long)), len(_LONG))
