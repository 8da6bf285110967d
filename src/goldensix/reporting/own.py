"""A merchant's own calibers: a TOML file with their worked examples, used only once every example holds.

<data>/calibers/<merchant>.toml
"""

from pathlib import Path

from goldensix.metrics.caliber import Caliber
from goldensix.reporting.ground import Ground


def own_file(ground: Ground) -> Path:
    return ground.data / "calibers" / f"{ground.merchant}.toml"


def own_calibers(ground: Ground) -> list[Caliber]:
    return []
