"""Looks, orders and results as JSON, for the desk that starts an import in a process of its own."""

from pathlib import Path
from typing import Any

import msgspec

from goldensix.adapters.importers.look import Look
from goldensix.importing.order import Order, Progress, Result


def order_of(document: bytes) -> Order:
    return msgspec.json.decode(document, type=Order, dec_hook=_path)


def order_told(order: Order) -> bytes:
    return msgspec.json.encode(order, enc_hook=str)


def result_told(result: Result) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(result)
    return found


def progress_told(progress: Progress) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(progress)
    return found


def look_told(look: Look) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(look)
    return found


def _path(kind: type, value: object) -> object:
    if kind is Path:
        return Path(str(value))
    raise NotImplementedError
