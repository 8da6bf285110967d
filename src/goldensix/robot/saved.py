"""A model as bytes: NumPy's own archive of plain arrays, never pickled, with a version."""

import io
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from goldensix.robot.model import Model, Side
from goldensix.robot.weights import Vocabulary

VERSION: Final = 1
_PARTS: Final = {"keys": np.int64, "idf": np.float32, "spectral": np.float16, "contrasted": np.float16}


class BadModel(ValueError):
    """One sentence: the bytes are no model that this version reads. The robot goes on with words alone."""


def saved(model: Model) -> bytes:
    arrays: dict[str, Any] = {"version": np.array(VERSION), "pairs": np.array(model.pairs)}
    for name, side in (("turns", model.turns), ("replies", model.replies)):
        arrays |= {
            f"{name}_keys": side.words.keys,
            f"{name}_idf": side.words.idf,
            f"{name}_spectral": side.spectral,
            f"{name}_contrasted": side.contrasted,
        }
    written = io.BytesIO()
    np.savez(written, **arrays)
    return written.getvalue()


def loaded(content: bytes) -> Model:
    """Raises BadModel."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except AttributeError:  # a lone array is no archive
        raise BadModel("This is no model file: it holds a single array.") from None
    except (
        Exception
    ) as error:  # of damage there are more kinds than anybody lists: encrypted, of a later ZIP, too large
        raise BadModel(f"This is no model file: {error}.") from None
    version = arrays.get("version")
    if version is None or version.shape != () or int(version) != VERSION:
        raise BadModel(f"The model file is of another version than {VERSION}: fit it again.")
    pairs = arrays.get("pairs")
    if pairs is None or pairs.shape != () or pairs.dtype.kind not in "iu":
        raise BadModel("The model file is damaged: `pairs` is missing or not a number.")
    return Model(_side(arrays, "turns"), _side(arrays, "replies"), int(pairs))


def _side(arrays: dict[str, Any], name: str) -> Side:
    keys, idf, spectral, contrasted = (_part(arrays, name, part) for part in _PARTS)
    fits = keys.ndim == idf.ndim == 1 and spectral.ndim == contrasted.ndim == 2
    if not fits or len({len(keys), len(idf), len(spectral), len(contrasted)}) > 1 or (np.diff(keys) <= 0).any():
        raise BadModel(f"The model file is damaged: the arrays of `{name}` do not fit each other.")
    return Side(Vocabulary(keys, idf), spectral, contrasted)


def _part(arrays: dict[str, Any], name: str, part: str) -> npt.NDArray[Any]:
    array: npt.NDArray[Any] | None = arrays.get(f"{name}_{part}")
    if array is None or array.dtype != _PARTS[part]:
        raise BadModel(f"The model file is damaged: `{name}_{part}` is missing or of another kind.")
    if not np.isfinite(array).all():
        raise BadModel(f"The model file is damaged: `{name}_{part}` holds what is no number.")
    return array
