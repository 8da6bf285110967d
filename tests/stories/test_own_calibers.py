"""Calibers of one's own: used once their worked examples hold, and what is wrong with one has a place."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from desk_stage import Stage
from goldensix.adapters.postgres.embedded import fresh_database
from goldensix.api.http.reports_models import OwnChecked
from report_builders import asked, import_talks, open_reports, values

pytestmark = pytest.mark.asyncio(loop_scope="module")
OWN = """
[[caliber]]
id = "ours_10s"
names = { zh = "十秒率", en = "Ten seconds" }
source = "our own"
measure = "within"
unit = "session_first"
threshold = 10

[[example]]
id = "two of three"
tz = "Asia/Shanghai"
messages = [
  { id = 1, t = 2026-11-10T10:00:00+08:00, buyer = "a", session = "s1", from = "buyer", text = "在吗" },
  { id = 2, t = 2026-11-10T10:00:10+08:00, buyer = "a", session = "s1", from = "agent", agent = "x", text = "在" },
  { id = 3, t = 2026-11-10T11:00:00+08:00, buyer = "b", session = "s2", from = "buyer", text = "在吗" },
  { id = 4, t = 2026-11-10T11:00:11+08:00, buyer = "b", session = "s2", from = "agent", agent = "x", text = "在" },
]
expect = [{ caliber = "ours_10s", value = 50 }]
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    folder = tmp_path_factory.mktemp("reports")
    async with open_reports(fresh_database(postgres_server), folder) as stage:
        import_talks(folder, stage.merchant.id, folder / "files")
        yield stage


async def test_an_own_caliber_is_used_once_its_examples_hold(house: Stage) -> None:
    browser = await house.browser("manager")
    checked = (await browser.post("/api/calibers/own/check", json={"toml": OWN})).json()
    OwnChecked.model_validate(checked)
    assert checked["usable"]
    assert [(each["expected"], each["live"], each["batch"]) for each in checked["examples"]] == [(50, 50, 50)]
    assert (await browser.get("/api/reports/figures", params={"caliber": "ours_10s"})).status_code == 404
    assert (await browser.put("/api/calibers/own", json={"toml": OWN})).json()["calibers"] == ["ours_10s"]
    answer = await asked(browser, "reports/figures", shop=1_000_001, caliber="ours_10s")
    assert values(answer) == {"ours_10s": 60.0}
    assert next(each for each in await asked(browser, "reports/calibers") if each["id"] == "ours_10s")["own"]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (("threshold = 10", "threshold = 'ten'"), (8, "ours_10s", "threshold")),
        (("unit = ", "units = "), (7, "ours_10s", "units")),
        (('id = "ours_10s"', 'id = "golden_six_human"'), (3, "golden_six_human", "id")),
        (("[[caliber]]", "[[caliber]"), (2, "", "file")),
    ],
)
async def test_a_fault_in_own_calibers_has_a_place(house: Stage, change: tuple[str, str], place: Any) -> None:
    browser = await house.browser("manager")
    toml = OWN.replace(*change, 1)
    checked = (await browser.post("/api/calibers/own/check", json={"toml": toml})).json()
    fault = checked["fault"]
    assert (fault["line"], fault["caliber"], fault["field"]) == place
    refused = await browser.put("/api/calibers/own", json={"toml": toml})
    assert (refused.status_code, str(place[0]) in refused.json()["message"]) == (422, True)


async def test_own_calibers_without_an_example_or_with_a_wrong_one_are_not_used(house: Stage) -> None:
    browser = await house.browser("manager")
    wrong = OWN.replace("value = 50", "value = 51")
    checked = (await browser.post("/api/calibers/own/check", json={"toml": wrong})).json()
    assert (checked["usable"], checked["examples"][0]["holds"]) == (False, False)
    assert (await browser.put("/api/calibers/own", json={"toml": wrong})).status_code == 422
    bare = OWN.partition("[[example]]")[0]
    checked = (await browser.post("/api/calibers/own/check", json={"toml": bare})).json()
    assert (checked["usable"], checked["unworked"]) == (False, ["ours_10s"])
