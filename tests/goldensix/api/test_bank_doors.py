"""The question bank at its doors: who writes what, files in and out, proposals and a trial of a week."""

import asyncio
from typing import Any

import httpx

from goldensix.adapters.bank.findings import LabelledFigures, Proposal, Proposals, Sample, Thought, TrialFound
from goldensix.team.roles import Role
from house_builders import Office

SHIP = {"title": "什么时候发货", "phrasings": ["几号寄出"], "answers": [{"content": "付款后当天发", "language": "zh"}]}


async def titles(browser: httpx.AsyncClient, **asked: Any) -> list[str]:
    found = (await browser.get("/api/robot/questions", params=asked)).json()
    return [each["newest"]["text"]["title"] for each in found["questions"]]


async def test_operations_write_drafts_of_a_campaign_and_a_service_manager_approves_them(office: Office) -> None:
    lead, shop_keeper = await office.as_(Role.SERVICE_MANAGER), await office.as_(Role.OPERATIONS)
    campaign = await lead.post("/api/campaigns", json={"name": "双十一", "starts_at": 1, "ends_at": 2})
    refused = await shop_keeper.post("/api/robot/questions", json=SHIP)
    assert refused.status_code == 403
    own = SHIP | {"campaign": campaign.json()["id"]}
    assert (await shop_keeper.post("/api/robot/questions", json=own | {"approve": True})).status_code == 403
    made = (await shop_keeper.post("/api/robot/questions", json=own)).json()
    read = {"questions": [{"id": made["id"], "version": 1}]}
    assert (await shop_keeper.post("/api/robot/questions/approve", json=read)).status_code == 403
    assert (await lead.post("/api/robot/questions/approve", json=read)).json() == {"approved": [made["id"]]}
    changed = await shop_keeper.put(f"/api/robot/questions/{made['id']}", json=own | {"title": "何时发货"})
    assert (changed.json()["newest"]["version"], changed.json()["approved_version"]) == (2, 1)
    assert await titles(lead, words="几号", state="draft") == ["何时发货"]
    assert await titles(lead, state="expired", campaign=own["campaign"]) == ["何时发货"]
    assert await titles(lead, state="approved") == []


async def test_what_a_question_names_has_to_be_there_and_its_variables_too(office: Office) -> None:
    lead = await office.as_(Role.SERVICE_MANAGER)
    for fields, said in (
        ({"group": 99}, "group: there is no such group."),
        ({"title": "？！🙂"}, "title: it needs words: nobody can ask mere signs."),
        ({"answers": [{"content": "Hello {name}"}]}, "answers.1: {name} is no variable; there are {agent}, "),
        ({"answers": [{"content": "f" * 32, "kind": "picture"}]}, "answers.1: there is no such picture."),
        ({"title": "x" * 10_000}, "title"),
    ):
        refused = await lead.post("/api/robot/questions", json=SHIP | fields)
        assert refused.status_code == 422
        assert said in refused.json()["message"]
    html = await lead.post("/api/robot/questions", json=SHIP | {"title": "<script>alert(1)</script> 发货"})
    assert html.json()["newest"]["text"]["title"] == "<script>alert(1)</script> 发货"


async def test_a_file_is_looked_at_then_taken_whole_and_an_export_is_the_same_file(office: Office) -> None:
    lead = await office.as_(Role.SERVICE_MANAGER)

    async def sent(name: str, content: bytes, **asked: Any) -> Any:
        reply = await lead.post("/api/robot/import", params={"name": name} | asked, content=content)
        return reply.json() | {"status": reply.status_code}

    csv = "问题,问法,中文回答,组\n什么时候发货,几号寄出,=付款后当天发,Pre-sale\n有赠品吗,,有,没有的组\n".encode()
    look = await sent("a.csv", csv, apply=True)
    assert (look["applied"], look["new"], [each["row"] for each in look["refusals"]]) == (False, 2, ["3"])
    assert look["refusals"][0] | {"said": ""} == {"file": "a.csv", "row": "3", "field": "group", "said": ""}
    assert await titles(lead) == []
    good = csv.replace("没有的组".encode(), b"")
    assert (await sent("a.csv", good))["applied"] is False
    assert (await sent("a.csv", good, apply=True, approve=True))["applied"] is True
    assert sorted(await titles(lead, state="approved")) == ["什么时候发货", "有赠品吗"]
    for kind in ("xlsx", "csv"):
        export = (await lead.get("/api/robot/export", params={"format": kind})).content
        again = await sent(f"bank.{kind}", export)
        assert (again["same"], again["new"], again["changed"], again["refused"]) == (2, 0, 0, 0)
    assert "'=付款后当天发" in export.decode("utf-8-sig")
    damaged = await sent("bank.xlsx", b"PK\x03\x04" + b"x" * 100)
    assert (damaged["status"], damaged["code"]) == (422, "unreadable_file")
    assert "bank.xlsx" in damaged["message"]


async def test_what_a_file_may_not_hold_is_named_and_nothing_is_taken(office: Office) -> None:
    lead = await office.as_(Role.SERVICE_MANAGER)

    async def refused(content: str) -> list[tuple[str, str]]:
        asked = {"name": "a\0.csv", "apply": True}
        reply = (await lead.post("/api/robot/import", params=asked, content=content.encode())).json()
        return [(each["row"], each["field"]) for each in reply["refusals"]]

    assert await refused(f"code,question\n{'c' * 61},When do you ship?") == [("2", "code")]
    assert await refused("question,from,until\nWhen?,0001-01-01,\nHow?,,9999-12-31") == [("2", "since"), ("3", "until")]
    assert await refused("code,question\nA1,When do you ship?") == []
    assert await refused("code,question\nA1,When do you ship?\n,When do you ship?") == [("3", "question")]
    assert await titles(lead) == ["When do you ship?"]
    assert (await lead.get("/api/robot/export")).status_code == 200


def trial(*samples: Sample) -> TrialFound:
    nothing = LabelledFigures(0, None, None, None, ())
    return TrialFound(7, 10, 0, 4, {"answer": 3}, {"answer": 9}, {}, (0.95, 0.5), (), {}, 1.0, 2.0, nothing, samples, 0)


async def test_a_proposal_becomes_a_draft_joins_a_question_or_goes_for_good(office: Office) -> None:
    lead, own = await office.as_(Role.SERVICE_MANAGER), office.tea.merchant.id
    there = (await lead.post("/api/robot/questions", json=SHIP)).json()["id"]
    made = [Proposal(key, (f"{key} 问题", f"{key} 别的"), 3, 1, "有的", None) for key in ("one", "two", "three")]
    await office.house.findings.put(own, Proposals(30, 99, tuple(made)))
    both = await asyncio.gather(*(lead.post("/api/robot/proposals/one/accept") for _ in range(2)))
    assert sorted(each.status_code for each in both) == [201, 404]
    draft = next(each for each in both if each.status_code == 201).json()
    assert (draft["newest"]["text"]["title"], draft["approved_version"]) == ("one 问题", None)
    merged = (await lead.post("/api/robot/proposals/two/merge", json={"question": there})).json()
    assert merged["newest"]["text"]["phrasings"] == ["几号寄出", "two 问题", "two 别的"]
    assert (await lead.post("/api/robot/proposals/three/dismiss")).status_code == 204
    assert (await lead.post("/api/robot/proposals/three/dismiss")).status_code == 404
    assert [each.text for each in (await office.house.bank.content(own)).labelled] == ["three 问题", "three 别的"]
    assert (await lead.post("/api/robot/proposals/three/undo")).status_code == 204
    shown = (await lead.get("/api/robot/proposals")).json()["proposals"]
    assert [each["settled"] for each in shown] == ["accepted", "merged", ""]
    assert (await office.house.bank.content(own)).labelled == ()


async def test_buyers_words_of_all_shops_are_not_for_an_account_of_some(office: Office) -> None:
    lead, own = await office.as_(Role.SERVICE_MANAGER), office.tea.merchant.id
    await office.house.findings.put(own, Proposals(30, 9, (Proposal("one", ("我的手机坏了",), 3, 1, "", None),)))
    await office.house.findings.put(own, trial(Sample("a", "寄吗", "", "今天", "answer", "sure", ())))
    limit = (own, office.tea.staff[Role.SERVICE_MANAGER].id, office.tea.shop.id)
    await office.pool.execute("insert into account_shops values ($1, $2, $3)", *limit)
    assert (await lead.get("/api/robot/questions")).status_code == 200
    for method, path in (
        ("GET", "proposals"),
        ("POST", "proposals/one/accept"),
        ("POST", "proposals/one/dismiss"),
        ("GET", "trial"),
        ("DELETE", "trial/marks/a"),
    ):
        assert (await lead.request(method, f"/api/robot/{path}")).status_code == 403


async def test_marking_a_sample_moves_the_figures_at_once_and_teaches_the_robot(office: Office) -> None:
    lead, own = await office.as_(Role.SERVICE_MANAGER), office.tea.merchant.id
    ship = (await lead.post("/api/robot/questions", json=SHIP)).json()["id"]
    thoughts = (Thought(ship, "什么时候发货", 0.95),)
    samples = [Sample(key, f"{key} 寄吗", "", "今天", "answer", "sure", thoughts) for key in ("a", "b")]
    await office.house.findings.put(own, trial(*samples))
    first = (await lead.post("/api/robot/trial/marks/a", json={"question": ship})).json()["marks"]
    assert (first["marked"], first["answered_right"], first["answer_from"]) == (1, 1, 0.9)
    second = (await lead.post("/api/robot/trial/marks/b", json={"question": None})).json()["marks"]
    assert (second["marked"], second["answered_right"], second["would_answer"]) == (2, 1, 0.0)
    assert [each.question for each in (await office.house.bank.content(own)).labelled] == [str(ship), None]
    assert len(await office.house.marks.all(own)) == 2
    back = (await lead.delete("/api/robot/trial/marks/b")).json()
    assert (back["marks"]["marked"], back["samples"][1]["marked"]) == (1, False)
    assert [each.right for each in await office.house.marks.all(own)] == [True]
    assert (await lead.post("/api/robot/trial/marks/c", json={"question": None})).status_code == 404


async def test_a_rule_that_cannot_be_used_is_not_kept(office: Office) -> None:
    lead = await office.as_(Role.SERVICE_MANAGER)
    ship = (await lead.post("/api/robot/questions", json=SHIP)).json()["id"]
    parcel = {"name": "包裹", "pattern": "包裹|快递", "is_pattern": True, "question": ship}
    (made,) = (await lead.post("/api/robot/rules", json=parcel)).json()
    assert (made["question_title"], made["priority"]) == ("什么时候发货", 0)
    for fields, status, said in (
        ({}, 409, "name"),
        ({"name": "b", "pattern": "(("}, 422, "pattern"),
        ({"name": "b", "question": ship + 99}, 422, "question"),
        ({"name": "b", "since": 2, "until": 1}, 422, "until"),
    ):
        refused = await lead.post("/api/robot/rules", json=parcel | fields)
        assert (refused.status_code, refused.json()["message"].split()[0].strip(":")) == (status, said)
    assert (await lead.delete(f"/api/robot/rules/{made['id']}")).status_code == 204
