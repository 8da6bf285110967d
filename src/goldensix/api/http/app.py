"""The REST application: every router, one look of errors, the headers and limits that all routes share."""

from typing import Any, Final

from fastapi import FastAPI
from starlette.types import ASGIApp

from goldensix.api import errors
from goldensix.api.http import (
    accounts,
    assignment,
    audit,
    autoreplies,
    bank,
    bank_files,
    bank_rules,
    blocks,
    campaigns,
    coverage,
    faces,
    groups,
    health,
    hours,
    imports,
    ladder,
    lessons,
    login,
    me,
    notices,
    orders,
    outside,
    pictures,
    rehearsals,
    replies,
    replies_files,
    reports,
    retention,
    robot_work,
    rules,
    shifts,
    shop,
    shop_orders,
    shops,
    start,
    visitor,
)
from goldensix.api.http.headers import Headers
from goldensix.api.http.house import House

_LARGEST_BODY: Final = 256 * 1024
"""Of any request; a route that takes pictures declares its own `max_body_size`."""
_DOORS: Final = (
    login,
    me,
    accounts,
    assignment,
    shops,
    rules,
    hours,
    autoreplies,
    shifts,
    coverage,
    ladder,
    notices,
    campaigns,
    blocks,
    audit,
    retention,
    shop,
    visitor,
    pictures,
    orders,
    shop_orders,
    replies,
    replies_files,
    bank,
    groups,
    outside,
    robot_work,
    bank_files,
    bank_rules,
    lessons,
    start,
    rehearsals,
    imports,
    reports,
    health,
    faces,
)


class Rest(FastAPI):
    def build_middleware_stack(self) -> ASGIApp:
        """Ours goes around everything: Starlette's own answers to failures need the headers too."""
        return Headers(errors.TooLarge(super().build_middleware_stack()))


def create_app(house: House) -> FastAPI:
    app = unserved()
    app.state.house = house
    return app


def unserved() -> FastAPI:
    """Every door with no house behind it: enough to write the contract from."""
    app = Rest(
        title="Golden Six",
        openapi_url=None,  # the contract is a file of the sources; a running desk tells strangers nothing
        max_body_size=_LARGEST_BODY,
        responses={"4XX": {"model": errors.ErrorReply, "description": "Not done; the message says why."}},
    )
    errors.install(app)
    app.add_exception_handler(404, faces.lost)
    for door in _DOORS:
        app.include_router(door.router)
    return app


def openapi(app: FastAPI) -> dict[str, Any]:
    """The REST API for `wire.schema`: as FastAPI tells it, less the shape of validation errors, which is ours."""
    document = app.openapi()
    for operations in document["paths"].values():
        for operation in operations.values():
            operation["responses"].pop("422", None)
    for name in ("HTTPValidationError", "ValidationError"):
        document["components"]["schemas"].pop(name, None)
    return document
