"""The robot under load: so many first messages at one instant, through real sockets, on a desk with a bank of 1,000.

    ./run bench robot_load [--json] [--buyers 500]

Then once more while the robot's process stands still: what it does not decide in time, people have, and are told so.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
import psutil
import uvloop
from rich.console import Console
from rich.table import Table

from _desks import Served, served
from _load import Client, Frame, connect
from goldensix.adapters import clock
from goldensix.adapters.postgres.bank import QuestionDraft
from goldensix.adapters.postgres.embedded import EmbeddedPostgres, fresh_database
from goldensix.adapters.postgres.questions import Questions
from goldensix.adapters.postgres.roster import Account, Roster
from goldensix.adapters.postgres.schema import prepare
from goldensix.adapters.postgres.shop import Buyers, Shops
from goldensix.adapters.visitors import Visitors
from goldensix.robot.question import Answer
from goldensix.team.roles import Role

THINGS: Final = (
    "羽绒服", "围巾", "保温杯", "茶壶", "台灯", "键盘", "耳机", "背包", "雨伞", "拖鞋",
    "毛毯", "枕头", "电饭煲", "加湿器", "风扇", "相框", "花瓶", "手套", "帽子", "袜子",
)  # fmt: skip
ASKED: Final = (
    "什么时候发货", "有没有赠品", "尺寸多大", "怎么清洗", "能不能退货", "有几种颜色", "是什么材质", "保修多久",
    "可以开发票吗", "有现货吗", "会不会掉色", "送礼有包装吗", "重量是多少", "支持货到付款吗", "降价补差价吗",
    "哪里生产的", "适合老人用吗", "用什么快递", "多久能到", "可以定制吗",
)  # fmt: skip
PLACES: Final = ("旗舰款", "经典款", "儿童款")
ODD: Final = (
    "昨天那个事情怎么样了",
    "我邻居说你们家搬走了",
    "在吗",
    "人工",
    "你们老板姓什么",
    "哈哈哈哈",
    "how is the weather",
)
_PATIENCE: Final = 20.0
_GOLDEN: Final = """
  with first as (
    select s.stream, s.occurred_at as asked, min(m.occurred_at) as answered
    from events s left join events m
      on m.merchant_id = s.merchant_id and m.stream = s.stream and m.type = 'message_sent'
        and m.facts ->> 'by' in ('agent', 'bot_auto') and m.facts ->> 'kind' not in ('welcome', 'auto_reply')
    where s.type = 'conversation_started' and s.occurred_at >= $1 group by 1, 2)
  select 100.0 * count(*) filter (where answered - asked <= interval '6 s') / count(*) from first
"""
_DID: Final = """
  select facts ->> 'did' as did, count(*) from events
  where type = 'robot_decided' and occurred_at >= $1 group by 1
"""


@dataclass
class Asking:
    """One buyer at the instant."""

    client: Client
    asked: float = 0.0
    heard: float = 0.0


@dataclass(frozen=True)
class Rush:
    buyers: int
    golden_six_anyone: float
    """Per cent, from the log; a greeting is no answer."""
    p50_ms: float
    p99_ms: float
    slowest_ms: float
    """From the message's leaving to the answer's coming."""
    did: dict[str, int]


@dataclass
class Crowd:
    here: Served
    roster: Roster
    asking: dict[str, Asking] = field(default_factory=dict)

    def heard(self, client: Client, frame: Frame) -> None:
        facts, one = frame.facts, self.asking.get(client.name)
        if frame.type != "message_sent" or facts is None or one is None or one.heard:
            return
        if facts.by in ("agent", "bot_auto") and facts.kind not in ("welcome", "auto_reply"):
            one.heard = time.perf_counter()

    async def gather(self, number: int) -> list[Asking]:
        made: list[Asking] = []
        for _ in range(0, number, 50):
            made += await asyncio.gather(*(self._come() for _ in range(min(50, number - len(made)))))
        return made

    async def _come(self) -> Asking:
        visitors = Visitors(Shops(self.here.pool), Buyers(self.here.pool, clock.now))
        token = await visitors.issue(next(iter(self.roster.shops)))
        visitor = await visitors.read(token or "")
        assert token is not None
        assert visitor is not None
        client = await connect(f"ws://127.0.0.1:{self.here.port}/ws/buyer", self.heard)
        client.name = visitor.buyer
        client.send({"t": "hello", "token": token})
        one = self.asking[client.name] = Asking(client)
        return one


async def rush(here: Served, roster: Roster, texts: list[str]) -> Rush:
    crowd = Crowd(here, roster)
    buyers = await crowd.gather(len(texts))
    since = await here.pool.fetchval("select now()")
    for number, (one, text) in enumerate(zip(buyers, texts, strict=True)):
        one.asked = time.perf_counter()
        one.client.send({"t": "say", "id": f"rush{number:06}", "text": text})
    until = time.monotonic() + _PATIENCE
    while not all(one.heard for one in buyers) and time.monotonic() < until:
        await asyncio.sleep(0.01)
    waits = sorted(1_000 * ((one.heard or one.asked + _PATIENCE) - one.asked) for one in buyers)
    golden = await here.pool.fetchval(_GOLDEN, since)
    did = {row["did"]: row["count"] for row in await here.pool.fetch(_DID, since)}
    for one in buyers:
        one.client.close()
    p50, p99 = (waits[max(0, -(-len(waits) * share // 100) - 1)] for share in (50, 99))
    return Rush(len(buyers), float(golden), p50, p99, waits[-1], did)


def titles() -> list[str]:
    return [f"{place}{thing}{asked}" for asked in ASKED for thing in THINGS for place in PLACES][:1_000]


def texts(number: int) -> list[str]:
    """Questions in their own words, in other words, and what no bank holds."""
    drawn = random.Random(6)
    known = titles()
    return [_drawn(drawn, known, each) for each in range(number)]


def _drawn(drawn: random.Random, known: list[str], number: int) -> str:
    title = drawn.choice(known)
    return (title, f"请问{title[3:]}呢 {number}", f"{drawn.choice(ODD)} {number}")[number % 3]


async def put_to_work(here: Served, roster: Roster) -> None:
    """A bank of 1,000 questions, and the robot before everybody."""
    added = here.people.add_account(roster.merchant.id, "owner", Role.ADMINISTRATOR, email="o@load.example", groups=[])
    owner = await added
    assert isinstance(owner, Account)
    drafts = [(None, "", QuestionDraft(title, answers=(Answer(f"{title}：请看商品页。"),))) for title in titles()]
    await Questions(here.pool, clock.now).put(roster.merchant.id, drafts, owner.id, approve=True)
    session = await here.sessions.begin(owner.id, "bench")
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{here.port}", cookies={"gs_session": session}) as page:
        page.headers.update({"X-Golden-Six": "1"})
        answer = await page.patch("/api/robot/work", json={"mode": "always", "stopped": False})
        answer.raise_for_status()
        while answer.json()["process"]["questions"] < len(drafts):
            await asyncio.sleep(0.2)
            answer = (await page.get("/api/robot/work")).raise_for_status()


def thinking(here: Served) -> psutil.Process:
    children = here.server.children(recursive=True)
    return next(each for each in children if "goldensix.teaching.thinker" in each.cmdline())


async def measure(buyers: int, data: Path, dsn: str) -> dict[str, Any]:
    async with served(dsn, data, workers=1, merchants=2) as here:
        roster = here.rosters[-1]
        await put_to_work(here, roster)
        at_work = await rush(here, roster, texts(buyers))
        still = thinking(here)
        os.kill(still.pid, signal.SIGSTOP)
        try:
            away = await rush(here, roster, texts(buyers))
        finally:
            os.kill(still.pid, signal.SIGCONT)
    return {"questions": len(titles()), "at_work": asdict(at_work), "process_stands_still": asdict(away)}


def show(found: dict[str, Any]) -> None:
    table = Table(title=f"{found['at_work']['buyers']} first messages at once, {found['questions']} questions")
    for head in ("", "golden six, anyone", "p50", "p99", "slowest", "what it did"):
        table.add_column(head, justify="left" if head in ("", "what it did") else "right")
    for name in ("at_work", "process_stands_still"):
        part = found[name]
        did = ", ".join(f"{count} {did}" for did, count in sorted(part["did"].items())) or "every one handed over"
        times = (f"{part[each]:,.0f} ms" for each in ("p50_ms", "p99_ms", "slowest_ms"))
        table.add_row(name.replace("_", " "), f"{part['golden_six_anyone']:.1f} %", *times, did)
    Console().print(table)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--json", action="store_true")
    asked.add_argument("--buyers", type=int, default=500)
    chosen = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder) / "server") as postgres:
        own = fresh_database(postgres.dsn)
        uvloop.run(prepare(own, upgrade=True))
        found = uvloop.run(measure(chosen.buyers, Path(folder) / "data", own))
    if chosen.json:
        print(json.dumps(found, indent=2))
    else:
        show(found)


if __name__ == "__main__":
    main()
