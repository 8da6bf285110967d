"""Importing chat logs of other systems: uploading, looking, carrying out, undoing."""

import asyncio
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import FileResponse

from goldensix.adapters.archive.mappings import BadName, Mappings
from goldensix.adapters.archive.shops import ArchivedShop, ArchivedShops
from goldensix.adapters.archive.sources import ArchiveBusy, Source, is_source_id
from goldensix.adapters.importers.reading import Reading
from goldensix.adapters.importers.words import ROLES
from goldensix.adapters.imports import Refused, Running, TooLarge, TooManyUploads, Upload
from goldensix.api.errors import ApiError, language, not_found
from goldensix.api.http.guard import Caller, requires
from goldensix.api.http.house import House, TheHouse
from goldensix.api.http.imports_models import (
    FileLook,
    ImportAsk,
    Imported,
    ImportProgress,
    ImportResult,
    ImportsAnswer,
    ImportShop,
    LookAnswer,
    LookAsk,
    ReadingModel,
    UploadAnswer,
)
from goldensix.events.ids import ShopId
from goldensix.team.roles import Permission

router = APIRouter(prefix="/api/imports")

Importer = Annotated[Caller, Depends(requires(Permission.IMPORT))]
_STREAMED: Final = 1 << 50
"""The body is counted as it comes: `Imports.keep` knows the limit."""
_OCTETS: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.get("")
async def imports(caller: Importer, house: TheHouse) -> ImportsAnswer:
    archive = house.imports.archive(caller.account.merchant)
    sources = await asyncio.to_thread(archive.sources)
    return ImportsAnswer(
        imports=[_imported(each) for each in sources if caller.account.serves_shop(ShopId(each.shop))],
        shops=[_shop(each) for each in await _shops(house, caller)],
        mappings=Mappings(archive.folder).names(),
        most_bytes=house.imports.most_bytes,
    )


@router.post("/files", status_code=201, openapi_extra=_OCTETS, max_body_size=_STREAMED)
async def upload(
    request: Request, caller: Importer, house: TheHouse, name: Annotated[str, Query(min_length=1, max_length=255)]
) -> UploadAnswer:
    """The file itself is the body."""
    try:
        kept = await house.imports.keep(caller.account.merchant, name, request.stream())
    except TooLarge:
        most = house.imports.most_bytes // (1 << 20)
        raise ApiError(413, "too_large", zh=f"文件超过 {most} MB。", en=f"The file is larger than {most} MB.") from None
    except TooManyUploads:
        raise ApiError(
            429,
            "too_many_uploads",
            zh="已有太多文件等着导入，请先导入或移除一些。",
            en="Too many files wait to be imported: import or remove some first.",
            retry_after=60,
        ) from None
    except OSError as failed:
        said = failed.strerror or type(failed).__name__
        raise ApiError(
            507, "not_stored", zh=f"文件存不下来：{said}。", en=f"The file could not be stored: {said}."
        ) from None
    return UploadAnswer(upload=kept.id, name=kept.name, bytes=kept.bytes)


@router.delete("/files/{upload}", status_code=204)
async def drop(upload: str, caller: Importer, house: TheHouse) -> None:
    if not house.imports.drop(caller.account.merchant, upload):
        raise not_found("文件", "file")


@router.post("/look")
async def look(ask: LookAsk, caller: Importer, house: TheHouse) -> LookAnswer:
    """What the files seem to be, and how their first rows would be read."""
    reading: Any = ask.reading.model_dump() if ask.reading else None
    if ask.mapping is not None:
        reading = msgspec.to_builtins(_saved(house, caller, ask.mapping))
    try:
        looks = await house.imports.look(_uploads(house, caller, ask.uploads), ask.zone, reading)
    except Refused as refused:
        raise ApiError(422, "unreadable_file", zh=refused.zh, en=refused.en) from None
    return LookAnswer(looks=[FileLook.model_validate(each) for each in looks], roles=list(ROLES))


@router.post("", status_code=202)
async def start(ask: ImportAsk, request: Request, caller: Importer, house: TheHouse) -> ImportProgress:
    merchant = caller.account.merchant
    files = _uploads(house, caller, ask.uploads)
    shop = await _wanted(house, caller, ask)
    if house.imports.current(merchant).state == "running":
        raise _import_running()
    if ask.save_as and ask.reading:
        _save(house, caller, ask.save_as, ask.reading)
    order = {
        "shop": msgspec.to_builtins(shop),
        "reading": ask.reading.model_dump() if ask.reading else None,
        "bodies": ask.bodies,
        "accept_rejects": ask.accept_rejects,
        "most_rejected": house.imports.most_rejected,
        "by": caller.account.name,
    }
    if not house.imports.start(merchant, order, files):
        raise _import_running()
    await house.audit.note(merchant, caller.account.id, "import started", f"{len(files)} files, shop {shop.name}")
    return await current(request, caller, house)


def _import_running() -> ApiError:
    return ApiError(
        409,
        "import_running",
        zh="已有一次导入正在进行，请等它结束或先停止。",
        en="An import is running: wait for its end or stop it first.",
    )


@router.get("/current")
async def current(request: Request, caller: Importer, house: TheHouse) -> ImportProgress:
    running = house.imports.current(caller.account.merchant)
    if running.state != "none" and not _is_for(caller, running.shop):
        running = Running(state=running.state) if running.state == "running" else Running()
    return ImportProgress(
        state=running.state,
        phase=running.phase,
        file=running.file,
        done=running.done,
        total=running.total,
        seconds=round(running.seconds, 1),
        result=None if running.result is None else _result(running.result),
        error="" if running.error is None else running.error[language(request.headers) == "zh"],
    )


@router.delete("/current", status_code=204)
async def stop(caller: Importer, house: TheHouse) -> None:
    """Ends one that runs, and forgets how the last one ended."""
    running = house.imports.current(caller.account.merchant)
    if running.state != "none" and not _is_for(caller, running.shop):
        raise not_found("导入", "import")
    await house.imports.cancel(caller.account.merchant)


@router.delete("/mappings/{name}", status_code=204)
async def forget_mapping(name: str, caller: Importer, house: TheHouse) -> None:
    try:
        there = _mappings(house, caller).remove(name)
    except BadName:
        there = False
    if not there:
        raise not_found("列对应", "mapping")


@router.get("/{id}/rejects", response_class=FileResponse)
async def rejects(id: str, caller: Importer, house: TheHouse) -> FileResponse:
    """The rows that were not read, as CSV; also of an import that was stopped because there were too many."""
    archive = house.imports.archive(caller.account.merchant)
    path, source = archive.rejects(id), archive.source(id)
    if not is_source_id(id) or not path.exists() or not _is_for(caller, source.shop if source else 0):
        raise not_found("导入", "import")
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return FileResponse(path, media_type="text/csv; charset=utf-8", filename=f"{id}-rejects.csv", headers=headers)


@router.delete("/{id}", status_code=204)
async def undo(id: str, caller: Importer, house: TheHouse) -> None:
    """Takes an import away again."""
    archive = house.imports.archive(caller.account.merchant)
    source = await asyncio.to_thread(archive.source, id)
    if source is None or not caller.account.serves_shop(ShopId(source.shop)):
        raise not_found("导入", "import")

    def take_away() -> None:
        with archive.writing():
            archive.undo(id)

    try:
        await asyncio.to_thread(take_away)
    except ArchiveBusy:
        raise ApiError(
            409,
            "import_running",
            zh="正在导入，结束后才能撤销。",
            en="An import is running: undo when it has ended.",
        ) from None
    await house.audit.note(caller.account.merchant, caller.account.id, "import undone", id)


def _is_for(caller: Caller, shop: int) -> bool:
    """Whether an import is the caller's business. 0: of a shop that is not known, which only those see who see all."""
    return caller.account.serves_shop(ShopId(shop)) if shop else not caller.account.shops


async def _shops(house: House, caller: Caller) -> list[ArchivedShop]:
    roster = await house.people.roster(caller.account.merchant)
    desk = [ArchivedShop(each.id, each.name, "desk", each.zone) for each in roster.shops.values()]
    archived = ArchivedShops(house.imports.archive(caller.account.merchant).folder).all()
    both = [*desk, *(each for each in archived if each.analysts)]
    return [each for each in both if caller.account.serves_shop(ShopId(each.id))]


async def _wanted(house: House, caller: Caller, ask: ImportAsk) -> ArchivedShop:
    _check_zone(ask.zone)
    known = await _shops(house, caller)
    if ask.shop is not None:
        found = next((each for each in known if each.id == ask.shop), None)
        if found is None:
            raise not_found("店铺", "shop")
        return found if found.analysts else ArchivedShop(found.id, found.name, ask.platform, found.zone)
    name = ask.shop_name.strip()
    if not name or caller.account.shops:
        raise ApiError(422, "invalid", zh="请选择店铺，或给新店铺起名。", en="Choose a shop, or name a new one.")
    return next((each for each in known if each.name == name), ArchivedShop(0, name, ask.platform, ask.zone))


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ApiError(
            422, "invalid", zh=f"没有“{zone}”这个时区。", en=f"{zone} is no time zone; one is called Asia/Shanghai."
        ) from None


def _uploads(house: House, caller: Caller, ids: list[str]) -> list[Upload]:
    found = [house.imports.upload(caller.account.merchant, id) for id in ids]
    there = [each for each in found if each is not None]
    if len(there) < len(ids):
        raise ApiError(
            404, "not_found", zh="文件已不在，请重新上传。", en="The file is no longer here: upload it again."
        )
    return there


def _mappings(house: House, caller: Caller) -> Mappings:
    return Mappings(house.imports.archive(caller.account.merchant).folder)


def _saved(house: House, caller: Caller, name: str) -> Reading:
    try:
        found = _mappings(house, caller).find(name)
    except BadName:
        found = None
    if found is None:
        raise not_found("列对应", "mapping")
    return found


def _save(house: House, caller: Caller, name: str, reading: ReadingModel) -> None:
    try:
        _mappings(house, caller).save(name, msgspec.convert(reading.model_dump(), Reading))
    except BadName as bad:
        raise ApiError(422, "invalid", zh=f"不能叫“{name}”：最多 60 字，不含斜杠。", en=str(bad)) from None


def _shop(shop: ArchivedShop) -> ImportShop:
    return ImportShop(id=shop.id, name=shop.name, platform=shop.platform, zone=shop.zone, analysts=shop.analysts)


def _imported(source: Source) -> Imported:
    return Imported.model_validate(msgspec.to_builtins(source))


def _result(told: dict[str, Any]) -> ImportResult:
    return ImportResult.model_validate({**told, "has_rejects": bool(told["rejects"])})
