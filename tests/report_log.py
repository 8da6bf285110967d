"""A chat log that looks like a shop's: busy evenings, robots that greet, queues, answers too late or never."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final

HEADER: Final = ("会话", "时间", "事件", "买家", "发送方", "客服", "组", "内容")
AGENTS: Final = ("万里", "冯子昂", "宋佳", "林小满", "郭丹", "苏念")
ASKED: Final = (
    "安装师傅几点来",
    "电饭煲内胆能单买吗",
    "换货运费谁出",
    "L 码还有吗",
    "开票抬头改一下",
    "今天能发货吗，急用",
    "这件洗了会缩水吗",
    "赠品没有收到",
)
ANSWERED: Final = ("在的，我帮您看一下", "有现货，今天能发", "可以的，已经备注好了", "稍等，我核对一下订单")
GROUPS: Final = ("售前", "售后")
_HOURS: Final = (1, 0, 0, 0, 0, 0, 1, 2, 4, 7, 9, 9, 8, 8, 9, 9, 9, 10, 12, 16, 24, 20, 14, 6)
"""How many begin in which hour, one against another."""

Row = tuple[str, str, str, str, str, str, str, str]


@dataclass
class _Talk:
    """One conversation as it is written down."""

    number: int
    at: datetime
    chance: Random
    buyer: str
    agent: str
    group: str

    def row(self, event: str, sender: str = "", text: str = "") -> Row:
        agent = self.agent if sender == "客服" or event in ("分流", "结束") else ""
        written = self.at.strftime("%Y-%m-%d %H:%M:%S")
        return (f"s{self.number}", written, event, self.buyer, sender, agent, self.group, text)

    def later(self, seconds: float) -> None:
        self.at += timedelta(seconds=max(1, round(seconds)))

    def rows(self) -> Iterator[Row]:
        yield self.row("消息", "买家", self.chance.choice(ASKED))
        yield self.row("排队")
        self.later(1)
        yield self.row("消息", "机器人", "您好，正在为您转接人工客服")
        self.later(self.chance.expovariate(1 / self._queue()))
        if self.chance.random() < 0.006:
            return
        yield self.row("分流")
        yield from self._turn(1.6 if self.at.hour in (20, 21) else 0.8)
        for _ in range(self.chance.randrange(4)):
            self.later(self.chance.uniform(8, 90))
            yield self.row("消息", "买家", self.chance.choice(ASKED))
            yield from self._turn(2.2)
        self.later(20)
        yield self.row("消息", "买家", "好的谢谢")
        if self.chance.random() < 0.9:
            self.later(4)
            yield self.row("消息", "客服", "不客气，祝您生活愉快")
        self.later(120)
        yield self.row("结束")

    def _queue(self) -> float:
        return 9 if self.at.hour in (20, 21) else 0.8

    def _turn(self, slowness: float) -> Iterator[Row]:
        if self.chance.random() < 0.01:
            return
        self.later(self.chance.lognormvariate(slowness, 0.7 + AGENTS.index(self.agent) * 0.08))
        yield self.row("消息", "客服", self.chance.choice(ANSWERED))


def log(days: int, a_day: int, last: datetime, seed: int = 6) -> str:
    """`a_day` conversations on each of `days` days, up to and with the day of `last`, on its zone's clock, as CSV."""
    chance = Random(seed)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADER)
    for number in range(days * a_day):
        day = last - timedelta(days=days - 1 - number // a_day)
        hour = chance.choices(range(24), _HOURS)[0]
        at = day.replace(hour=hour, minute=chance.randrange(60), second=chance.randrange(60), microsecond=0)
        talk = _Talk(
            number, at, chance, f"tb_{chance.randrange(a_day * 3)}", chance.choice(AGENTS), chance.choice(GROUPS)
        )
        writer.writerows(talk.rows())
    return text.getvalue()
