"""Quick replies as a file: what was taken away comes back as it was, and nothing of a bad file is kept."""

import io
from typing import Any

import httpx
import pytest
import xlsxwriter

from goldensix.adapters.spreadsheets import csv_of, rows_of, xlsx_of
from goldensix.team.roles import Role
from house_builders import Office

HEADS = ("code", "title", "text", "group", "campaign")
ROWS = [
    ("fh", "发货时间", "=1+1，今天发", "", ""),
    ("th", "退货", "请在订单 {order} 里申请\n运费我们出", "", "Double Eleven"),
]


async def brought(browser: httpx.AsyncClient, content: bytes, **query: Any) -> httpx.Response:
    return await browser.post("/api/replies/file", content=content, params=query)


@pytest.fixture
async def lead(office: Office) -> httpx.AsyncClient:
    lead = await office.as_(Role.SERVICE_MANAGER)
    await lead.post("/api/campaigns", json={"name": "Double Eleven", "starts_at": 0, "ends_at": 2**42})
    return lead


@pytest.mark.parametrize("format", ["csv", "xlsx"])
async def test_what_is_taken_away_is_brought_back_as_it_was(lead: httpx.AsyncClient, format: str) -> None:
    file = csv_of(HEADS, ROWS) if format == "csv" else xlsx_of(HEADS, ROWS)
    look = (await brought(lead, file)).json()
    assert (look["added"], look["problems"], look["done"]) == (2, [], False)
    assert (await lead.get("/api/replies/all")).json() == []
    assert (await brought(lead, file, keep=True)).json()["done"]
    taken = await lead.get("/api/replies/file", params={"format": format})
    assert [tuple(row) for row in rows_of(taken.content)] == [HEADS, *ROWS]
    again = (await brought(lead, taken.content, keep=True)).json()
    assert (again["added"], again["changed"], again["same"]) == (0, 0, 2)


async def test_a_row_whose_code_is_there_changes_it_and_keeps_its_uses(lead: httpx.AsyncClient) -> None:
    await brought(lead, csv_of(HEADS, ROWS), keep=True)
    before = {each["code"]: each["id"] for each in (await lead.get("/api/replies/all")).json()}
    changed = csv_of(("编码", "标题", "内容"), [("fh", "发货", "明天发")])
    assert (await brought(lead, changed, keep=True)).json()["changed"] == 1
    after = {each["code"]: each for each in (await lead.get("/api/replies/all")).json()}
    assert (after["fh"]["id"], after["fh"]["text"]) == (before["fh"], "明天发")
    assert len(after) == 2


@pytest.mark.parametrize(
    ("rows", "row", "field"),
    [
        ([("bad code", "a", "b", "", "")], 2, "code"),
        ([("a", "a", "b", "", ""), ("b", "a", "", "", "")], 3, "text"),
        ([("a", "a", "b", "nobody", "")], 2, "group"),
        ([("a", "a", "b", "", "never")], 2, "campaign"),
        ([("a", "a", "b", "", ""), ("a", "c", "d", "", "")], 3, "code"),
    ],
)
async def test_a_bad_cell_is_named_and_nothing_is_kept(
    lead: httpx.AsyncClient, rows: list[tuple[str, ...]], row: int, field: str
) -> None:
    [problem] = (await brought(lead, csv_of(HEADS, [*rows, ("z", "z", "z", "", "")]), keep=True)).json()["problems"]
    assert (problem["row"], problem["field"]) == (row, field)
    assert (await lead.get("/api/replies/all")).json() == []


@pytest.mark.parametrize("content", [b"PK\x03\x04 no sheet", b"\xff\xff\xff", b'code,title,text\n"a,b,c'])
async def test_what_is_no_table_is_said_to_be_none(lead: httpx.AsyncClient, content: bytes) -> None:
    refused = await brought(lead, content, keep=True)
    assert (refused.status_code, refused.json()["code"]) == (422, "unreadable_file")


@pytest.mark.parametrize("content", [b"", b"code,title\na,b", b"code,title,text,colour\na,b,c,d"])
async def test_columns_that_lack_or_are_not_known_are_named(lead: httpx.AsyncClient, content: bytes) -> None:
    look = (await brought(lead, content, keep=True)).json()
    assert look["problems"]
    assert {each["row"] for each in look["problems"]} == {1}
    assert not look["done"]


async def test_an_agent_brings_replies_of_his_own_only(office: Office) -> None:
    agent = await office.as_(Role.AGENT)
    file = csv_of(HEADS, ROWS[:1])
    assert (await brought(agent, file, keep=True)).status_code == 403
    assert (await brought(agent, file, own=True, keep=True)).json()["added"] == 1
    assert [each["own"] for each in (await agent.get("/api/replies/all")).json()] == [True]


async def test_a_sheet_as_wide_as_the_world_does_not_end_the_desk(lead: httpx.AsyncClient) -> None:
    """A cell in the last column of the last row: its table would fill 500 GB."""
    book = io.BytesIO()
    sheets = xlsxwriter.Workbook(book, {"in_memory": True})
    sheet = sheets.add_worksheet()
    sheet.write_string(0, 0, "code")
    sheet.write_string(1_048_575, 16_383, "x")
    sheets.close()
    refused = await brought(lead, book.getvalue(), keep=True)
    assert (refused.status_code, refused.json()["code"]) == (422, "unreadable_file")
