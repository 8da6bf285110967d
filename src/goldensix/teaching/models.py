"""Model files: written whole or not at all; one that cannot be read is said, and the robot goes on without."""

import os
from pathlib import Path

from goldensix.robot.model import Model
from goldensix.robot.saved import BadModel, loaded, saved


def place(data: Path, merchant: int) -> Path:
    """Where a merchant's own model lies."""
    return data / "robot" / str(merchant) / "model.npz"


def write(file: Path, model: Model) -> int:
    """How many bytes were written. Raises OSError."""
    content = saved(model)
    loaded(content)  # only what loads takes the place of the model that is there
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f"{file.name}.part")
    part.write_bytes(content)
    os.replace(part, file)
    return len(content)


def read(file: Path) -> Model:
    """Raises BadModel, in a sentence that names the file."""
    try:
        return loaded(file.read_bytes())
    except OSError as failed:
        raise BadModel(f"{file} cannot be read: {failed.strerror}.") from None
    except BadModel as bad:
        raise BadModel(f"{file}: {bad}") from None


def read_or_none(file: Path) -> tuple[Model | None, str | None]:
    """The model, or the sentence on why there is none: then the robot compares words alone."""
    try:
        return read(file), None
    except BadModel as bad:
        return None, str(bad)
