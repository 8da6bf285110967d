"""Reports over a real desk and imported logs: one source, every caliber, opened down to the words and exported."""

import html as escaping
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from desk_stage import Stage
from goldensix.adapters.archive.desk import DeskArchive
from goldensix.adapters.archive.shops import ArchivedShop
from goldensix.adapters.archive.sources import Archive, drop_derived
from goldensix.api.http.reports_models import (
    CaliberAnswer,
    DistributionAnswer,
    ExplainAnswer,
    FiguresAnswer,
    PaceAnswer,
    ReportConversation,
    SourcesAnswer,
)
from goldensix.team.roles import Role
from report_builders import (
    asked,
    csv_rows,
    html_rows,
    import_talks,
    open_reports,
    talk,
    values,
    xlsx_rows,
    xlsx_xml,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")
CALIBERS = "golden_six_human,golden_six_anyone,average_response,reply_rate,satisfaction,unanswered_people"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    from goldensix.adapters.postgres.embedded import fresh_database

    folder = tmp_path_factory.mktemp("reports")
    async with open_reports(fresh_database(postgres_server), folder) as stage:
        import_talks(folder, stage.merchant.id, folder / "files")
        yield stage


def folder_of(stage: Stage) -> Path:
    return Path(stage.desk.house.imports.data)


async def manager(stage: Stage) -> Any:
    return await stage.browser("manager")


async def test_an_imported_log_has_the_figures_one_counts_by_hand(house: Stage) -> None:
    browser = await manager(house)
    answer = await asked(browser, "reports/figures", caliber=CALIBERS)
    FiguresAnswer.model_validate(answer)
    assert (answer["first"], answer["last"], answer["sessions"]) == ("2026-11-10", "2026-11-12", 5)
    assert answer["zone"] == "Asia/Shanghai"
    assert values(answer) == {
        "golden_six_human": 60.0,  # 4, 6 and 5 seconds of 4, 6, 40, 181, 5
        "golden_six_anyone": 60.0,
        "average_response": 42.67,  # (4 + 20 + 6 + 40 + 181 + 5) / 6
        "reply_rate": 100.0,
        "satisfaction": None,
        "unanswered_people": 0,
    }
    average = next(row for row in answer["rows"] if row["caliber"] == "average_response")
    assert (average["num"], average["den"], average["left_out"]) == (256.0, 6, {"unanswered": 1})
    assert average["meets"] is False


async def test_figures_by_agent_and_day_name_whoever_they_are_of(house: Stage) -> None:
    browser = await manager(house)
    answer = await asked(browser, "reports/figures", caliber="golden_six_human", by="agent,day")
    assert values(answer, "agent", "day") == {
        ("=禾", "2026-11-10", "golden_six_human"): 50.0,
        ("晓", "2026-11-10", "golden_six_human"): 100.0,
        ("晓", "2026-11-11", "golden_six_human"): 0.0,
        ("晓", "2026-11-12", "golden_six_human"): 100.0,
    }
    assert answer["names"]["agent"] == {"晓": "晓", "=禾": "=禾"}
    one = await asked(browser, "reports/figures", caliber="golden_six_human", agent="晓")
    assert values(one) == {"golden_six_human": 66.67}


async def test_a_period_is_compared_with_the_one_before_and_with_a_benchmark(house: Stage) -> None:
    browser = await manager(house)
    days = {"from": "2026-11-11", "to": "2026-11-11", "caliber": "golden_six_human,average_response"}
    answer = await asked(browser, "reports/figures", vs="previous", **days)
    assert answer["against"] == {"first": "2026-11-10", "last": "2026-11-10"}
    assert [row["vs"]["value"] for row in answer["rows"]] == [66.67, 17.5]
    by_day = await asked(browser, "reports/figures", vs="2026-11-10..2026-11-10", by="day", **days)
    assert [row["vs"]["value"] for row in by_day["rows"]] == [66.67, 17.5]
    kept = await browser.put("/api/reports/benchmarks/同行", json={"csv": "caliber,value\ngolden_six_human,88.5\n"})
    assert kept.status_code == 200, kept.text
    against = await asked(browser, "reports/figures", vs="benchmark:同行", **days)
    assert [row["vs"] and row["vs"]["value"] for row in against["rows"]] == [88.5, None]
    bad = await browser.put("/api/reports/benchmarks/x", json={"csv": "caliber,value\ngolden_six_human,much\n"})
    assert (bad.status_code, "2" in bad.json()["message"]) == (422, True)
    assert (await browser.delete("/api/reports/benchmarks/同行")).status_code == 204
    assert (await browser.get("/api/reports/figures", params={"vs": "benchmark:同行"})).status_code == 404


async def test_a_figure_opens_down_to_its_turns_and_their_words(house: Stage) -> None:
    browser = await manager(house)
    answer = await asked(browser, "reports/explain", caliber="golden_six_human", order="nearest", limit=3)
    ExplainAnswer.model_validate(answer)
    assert (answer["hits"], answer["misses"], answer["out"], answer["total"]) == (3, 2, {}, 5)
    assert [row["wait"] for row in answer["rows"]] == [6000, 5000, 4000]
    assert answer["rows"][0]["first_words"] == "大山 问第 1 句"
    assert answer["by_hour"][21] == {"hits": 0, "misses": 1}
    missed = await asked(browser, "reports/explain", caliber="golden_six_human", only="miss", order="wait")
    assert [row["wait"] for row in missed["rows"]] == [181000, 40000]
    evening = await asked(browser, "reports/explain", caliber="golden_six_human", at="2026-11-10T21")
    assert [row["buyer"] for row in evening["rows"]] == ["阿青"]
    out = await asked(browser, "reports/explain", caliber="average_response", only="out")
    assert [(row["why"], row["wait"]) for row in out["rows"]] == [("unanswered", None)]


async def test_one_conversation_shows_its_clock_and_what_other_calibers_make_of_it(house: Stage) -> None:
    browser = await manager(house)
    [row] = (await asked(browser, "reports/explain", caliber="golden_six_human", at="2026-11-10T10"))["rows"]
    answer = await asked(
        browser, "reports/conversation", shop=row["shop"], session=row["session"], buyer=row["buyer"],
        caliber="within_3min",
    )  # fmt: skip
    ReportConversation.model_validate(answer)
    assert [line["text"] for line in answer["lines"]] == ["小鱼 问第 1 句", "在的", "小鱼 问第 2 句", "在的"]
    assert [(clock["wait"], clock["hit"], clock["counts"]) for clock in answer["clocks"]] == [
        (4000, True, True),
        (20000, True, True),
    ]
    others = {other["caliber"]: other["hit"] for other in answer["others"]}
    assert others["golden_six_human"] is True
    assert not answer["on_desk"]
    nowhere = {"shop": row["shop"], "session": "nobody"}
    assert (await browser.get("/api/reports/conversation", params=nowhere)).status_code == 404


async def test_every_export_says_what_the_screen_says_to_the_digit(house: Stage) -> None:
    browser = await manager(house)
    browser.headers["Accept-Language"] = "en"
    query = {"caliber": CALIBERS, "by": "agent", "vs": "2026-11-11..2026-11-12", "to": "2026-11-10"}
    screen = await asked(browser, "reports/figures", **query)
    files = {
        each: (await browser.get("/api/reports/export", params={**query, "format": each})).content
        for each in ("csv", "xlsx", "html", "json")
    }
    shown = [(row["caliber"], row["value"], row["num"], row["den"]) for row in screen["rows"]]
    assert json.loads(files["json"])["rows"] == screen["rows"]
    for head, *rows in (csv_rows(files["csv"]), xlsx_rows(files["xlsx"]), html_rows(files["html"])):
        places = [head.index(name) for name in ("id", "value", "numerator", "denominator")]
        told = [tuple(row[place] for place in places) for row in rows]
        assert [(id, number(value), float(num), int(float(den))) for id, value, num, den in told] == shown
    texts = {row[2]: row[4] for row in csv_rows(files["csv"])[1:] if row[0] == "晓"}
    assert texts["golden_six_human"] == "100.00"
    none = {"caliber": "satisfaction", "format": "csv"}
    assert csv_rows((await browser.get("/api/reports/export", params=none)).content)[1][3] == "no data"


def number(text: str) -> float | None:
    return None if text in ("no data", "暂无数据") else float(text)


async def test_a_name_that_is_a_formula_stays_a_name(house: Stage) -> None:
    browser = await manager(house)
    query = {"caliber": "golden_six_human", "by": "agent"}
    sheet = (await browser.get("/api/reports/export", params={**query, "format": "xlsx"})).content
    text = (await browser.get("/api/reports/export", params={**query, "format": "csv"})).content
    assert "'=禾" in {row[0] for row in csv_rows(text)}
    assert "'=禾" in {row[0] for row in xlsx_rows(sheet)}
    assert "<f>" not in xlsx_xml(sheet)


async def test_the_html_report_needs_nothing_but_itself(house: Stage) -> None:
    browser = await manager(house)
    browser.headers["Accept-Language"] = "zh"
    page = (await browser.get("/api/reports/export", params={"caliber": "average_response", "format": "html"})).text
    assert "<svg" in page
    assert "prefers-color-scheme:dark" in page
    assert "平均响应" in page
    assert escaping.unescape(page).count("所有已回复轮次合并求均值") == 1
    for outside in ("<script", "src=", "@import", "url("):
        assert outside not in page


async def test_the_desks_own_talk_and_the_imports_are_one_source(house: Stage) -> None:
    async with house.at_work("wei") as wei, house.buyer() as chen:
        await chen.says("在吗")
        await wei.receives(chen.c)
        house.seconds_pass(5)
        await wei.answers(chen.c, "在的")
        house.seconds_pass(60)
        said = await chen.says("还有货吗")
        house.seconds_pass(2)
        await chen.does("recall", message=said)
        await chen.gets("event", type="message_recalled")
        house.seconds_pass(10)
        await wei.answers(chen.c, "收到")
        await house.floor.desk.settled()
        session = chen.c
    browser = await manager(house)
    sources = await asked(browser, "reports/sources")
    SourcesAnswer.model_validate(sources)
    assert {shop["name"]: shop["conversations"] for shop in sources["shops"]} == {"Tea": 1, "南栖": 5}
    assert {"key": str(house.people["wei"].id), "name": "wei"} in sources["agents"]
    answer = await asked(
        browser, "reports/figures", shop=house.shop.id, caliber="golden_six_human,average_response", by="agent"
    )
    assert values(answer, "agent") == {
        (str(house.people["wei"].id), "golden_six_human"): 100.0,
        (str(house.people["wei"].id), "average_response"): 5.0,
    }
    opened = await asked(
        browser, "reports/conversation", shop=house.shop.id, session=session, caliber="golden_six_human"
    )
    assert opened["on_desk"]
    texts = [line["text"] for line in opened["lines"] if line["what"] == "message" and line["by"] != "system"]
    assert texts[-3:] == ["在的", None, "收到"]
    everything = await asked(browser, "reports/figures", caliber="golden_six_human")
    assert values(everything) == {"golden_six_human": 66.67}


async def test_closed_days_are_archived_and_the_figures_stay_the_same(house: Stage) -> None:
    browser = await manager(house)
    calibers = f"{CALIBERS},within_3min,p90_response,max_concurrent,reception_time,queue_wait,messages"
    days = {"from": "2020-01-01", "to": "2029-01-01"}
    query = {"shop": house.shop.id, "caliber": calibers, "by": "agent,day", **days}
    before = await asked(browser, "reports/figures", **query)
    archive = DeskArchive(Archive(folder_of(house), house.merchant.id).folder)
    assert archive.position() == 0
    house.seconds_pass(2 * 86_400)
    browser = await manager(house)
    after = await asked(browser, "reports/figures", **query)
    assert archive.position() > 0
    assert settled(after) == settled(before)
    assert drop_derived(folder_of(house), None)
    rebuilt = await asked(browser, "reports/figures", to="2028-12-31", **{k: v for k, v in query.items() if k != "to"})
    assert settled(rebuilt) == settled(before)
    async with house.at_work("wei") as wei, house.buyer() as lin:
        await lin.says("今天发货吗")
        await wei.receives(lin.c)
        house.seconds_pass(9)
        await wei.answers(lin.c, "发")
        await house.floor.desk.settled()
    grown = await asked(browser, "reports/figures", **query | {"by": "agent", "caliber": "golden_six_human"})
    assert values(grown, "agent") == {(str(house.people["wei"].id), "golden_six_human"): 50.0}


def settled(answer: dict[str, Any]) -> list[Any]:
    """Without what is counted as of now."""
    return [row for row in answer["rows"] if not row["caliber"].startswith(("waiting_", "tb_waiting"))]


async def test_another_merchant_and_an_account_of_other_shops_see_nothing(house: Stage) -> None:
    people = house.desk.house.people
    silk = await people.add_merchant("The silk house")
    other = await people.add_account(silk.id, "spy", Role.ADMINISTRATOR, email="spy@silk.example")
    spy = await house.browser()
    spy.cookies.set("gs_session", await house.desk.house.sessions.begin(other.id, "a test"))  # type: ignore[union-attr]  # he was hired
    sources = await asked(spy, "reports/sources")
    assert (sources["shops"], sources["agents"], sources["groups"]) == ([], [], [])
    assert (await asked(spy, "reports/figures", caliber="golden_six_human"))["rows"] == []
    theirs = {"shop": house.shop.id, "caliber": "golden_six_human", "session": "x"}
    for path in ("figures", "explain", "conversation", "distribution", "export"):
        assert (await spy.get(f"/api/reports/{path}", params=theirs)).status_code == 404, path
    await house.hire("narrow", Role.SERVICE_MANAGER, shops=[house.shop.id])
    narrow = await house.browser("narrow")
    assert [shop["name"] for shop in (await asked(narrow, "reports/sources"))["shops"]] == ["Tea"]
    assert (await narrow.get("/api/reports/figures", params={"shop": 1_000_001})).status_code == 404


async def test_operations_read_order_figures_only(house: Stage) -> None:
    await house.hire("ops", Role.OPERATIONS, groups=[])
    browser = await house.browser("ops")
    calibers = await asked(browser, "reports/calibers")
    assert "order_conversion" in {each["id"] for each in calibers}
    assert "golden_six_human" not in {each["id"] for each in calibers}
    assert (await browser.get("/api/reports/figures", params={"caliber": "golden_six_human"})).status_code == 404
    assert (await browser.get("/api/reports/explain", params={"caliber": "order_conversion"})).status_code == 403
    answer = await asked(browser, "reports/figures", caliber="order_conversion", shop=1_000_001)
    assert values(answer) == {"order_conversion": None}  # the log has no orders, which is not 0


async def test_days_and_shops_without_data_say_so(house: Stage) -> None:
    browser = await manager(house)
    answer = await asked(
        browser, "reports/figures", shop=1_000_001, caliber=CALIBERS, **{"from": "2025-01-01", "to": "2025-01-31"}
    )
    assert {*values(answer).values()} == {None}
    by_day = await asked(
        browser, "reports/figures", caliber=CALIBERS, by="day", **{"from": "2025-01-01", "to": "2025-01-31"}
    )
    assert by_day["rows"] == []
    curve = await asked(browser, "reports/distribution", **{"from": "2025-01-01", "to": "2025-01-31"})
    assert curve["platforms"] == []


async def test_what_cannot_be_asked_is_one_sentence(house: Stage) -> None:
    browser = await manager(house)
    for query, status in (
        ({"from": "2026-02-30"}, 422),
        ({"from": "2026-11-12", "to": "2026-11-10"}, 422),
        ({"by": "colour"}, 422),
        ({"vs": "yesterday"}, 422),
        ({"from": "0001-01-01", "to": "0001-01-01", "vs": "previous"}, 422),
        ({"from": "9999-12-31", "to": "9999-12-31"}, 422),
        ({"from": "٢٠٢٦-١١-١٠"}, 422),
        ({"vs": "benchmark:no..such"}, 404),
        ({"caliber": "no_such"}, 404),
        ({"shop": 99}, 404),
    ):
        answer = await browser.get("/api/reports/figures", params=query)
        assert answer.status_code == status, query
        assert answer.json()["message"]


async def test_what_cannot_be_opened_is_one_sentence(house: Stage) -> None:
    browser = await manager(house)
    for path, query in (
        ("explain", {"caliber": "golden_six_human", "at": "T24"}),
        ("explain", {"caliber": "golden_six_human", "at": "T٢٠"}),
        ("conversation", {"shop": 1, "session": "\0"}),
        ("conversation", {"shop": 1, "session": "x", "buyer": "\0"}),
        ("pace", {"caliber": "golden_six_human", "from": "9999-12-30", "to": "9999-12-31"}),
    ):
        answer = await browser.get(f"/api/reports/{path}", params=query)
        assert answer.status_code == 422, (path, query)
        assert answer.json()["message"]


async def test_every_caliber_is_told_with_its_source(house: Stage) -> None:
    calibers = await asked(await manager(house), "reports/calibers")
    for each in calibers:
        CaliberAnswer.model_validate(each)
        assert each["source"]
    assert len({each["id"] for each in calibers}) == len(calibers)


async def test_the_curve_and_the_pace_of_the_month(house: Stage) -> None:
    browser = await manager(house)
    curve = await asked(browser, "reports/distribution", shop=1_000_001)
    DistributionAnswer.model_validate(curve)
    [platform] = curve["platforms"]
    points = dict(map(tuple, platform["points"]))
    assert (platform["platform"], platform["count"]) == ("taobao", 5)
    assert (points[3], points[4], points[6], points[40], points[300]) == (0, 20, 60, 80, 100)
    pace = await asked(browser, "reports/pace", shop=1_000_001, caliber="tb_3min_2023")
    PaceAnswer.model_validate(pace)
    # 9 to 23: 4, 20, 6, 40, none and 181 seconds; 7:10 is outside. The two days with any had 2.5 turns each... of 3.
    assert (pace["month"], pace["num"], pace["den"], pace["days_left"]) == ("2026-11", 4, 6, 18)
    more = pace["expected_more"]
    assert pace["num"] + more - pace["misses_left"] >= 0.9 * (pace["den"] + more)
    assert pace["num"] + more - pace["misses_left"] - 1 < 0.9 * (pace["den"] + more)


async def test_days_are_the_shops_own(house: Stage) -> None:
    """23:59:58 in New York is the next day in Shanghai, and each shop's talk is on its own day."""
    folder = folder_of(house)
    rows = talk("2026-10-02", "Ann", "Bob", "23:59:58", [3])
    number = import_talks(
        folder, house.merchant.id, folder / "new york", ArchivedShop(0, "NY", "gorgias", "America/New_York"), rows
    )
    browser = await manager(house)
    query = {"caliber": "golden_six_human", "by": "day"}
    assert values(await asked(browser, "reports/figures", shop=number, **query), "day") == {
        ("2026-10-02", "golden_six_human"): 100.0
    }
    both = await asked(browser, "reports/figures", **query)
    assert both["zone"] is None
    assert both["rows"][0]["key"] == {"day": "2026-10-02"}
    hours = await asked(browser, "reports/figures", shop=number, caliber="golden_six_human", by="hour")
    assert [row["key"] for row in hours["rows"]] == [{"hour": 23}]


async def test_a_report_process_that_is_killed_is_started_again(house: Stage) -> None:
    browser = await manager(house)
    await asked(browser, "reports/calibers")
    (worker,) = [line._worker for line in house.desk.house.reports._lines if line._worker is not None]
    worker.process.kill()
    await worker.process.wait()
    answers = [(await browser.get("/api/reports/calibers")).status_code for _ in range(2)]
    assert answers == [200, 200]
