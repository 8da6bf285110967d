"""A caliber in words, English and Chinese: the same sentences on the terminal, in the reference and on a page."""

from collections.abc import Iterable, Iterator
from typing import Final, Literal, NamedTuple

from goldensix.metrics.caliber import (
    ALL_WEEK,
    HOUR,
    TURN_MEASURES,
    WAITS,
    Booked,
    Caliber,
    Clock,
    Count,
    Hours,
    Measure,
    Replier,
    SessionRule,
    Shape,
    Unit,
)

Language = Literal["en", "zh"]


def is_chinese(texts: Iterable[str]) -> bool:
    """Whether there is any Chinese character in them."""
    return any("\u4e00" <= letter <= "\u9fff" for text in texts for letter in text)


class Words(NamedTuple):
    en: str
    zh: str

    def to(self, language: Language) -> str:
        return self.en if language == "en" else self.zh


class Told(NamedTuple):
    """One line on a caliber."""

    head: Words
    text: Words


_MEASURES: Final[dict[Measure, Words]] = {
    "within": Words("share answered within {threshold}", "{threshold}内回复的占比"),
    "late": Words("share not answered within {threshold}", "{threshold}内未回复的占比"),
    "mean": Words("mean wait", "平均等待"),
    "median": Words(
        "median wait; of an even number, the mean of the middle two", "等待的中位数；偶数个时取中间两个的均值"
    ),
    "percentile": Words("wait at the {p}th percentile, nearest rank", "等待的第 {p} 百分位（就近名次）"),
    "fastest": Words("mean wait of the fastest {p} %", "最快 {p}% 的平均等待"),
    "recent_weighted": Words(
        "half the share of all answered within {threshold}, half that of the latest quarter",
        "全部中{threshold}内回复的占比与最近四分之一的该占比各计一半",
    ),
    "answered": Words("share answered at all", "有回复的占比"),
    "unanswered": Words("number never answered", "从未回复的数量"),
    "waiting_over": Words("number waiting {threshold} or longer now", "当前已等待 {threshold}及以上的数量"),
    "skew": Words("number with a reply over {skew} before its question", "回复早于提问超过 {skew}的数量"),
    "slow": Words("number with a mean wait over {limit}", "平均等待超过 {limit}的数量"),
    "answer_ratio": Words("messages by agents / messages by buyers", "客服消息数 / 买家消息数"),
    "message_total": Words("messages by agents and buyers", "客服与买家的消息数"),
    "buyer_messages": Words("messages by buyers", "买家消息数"),
    "agent_messages": Words("messages by agents", "客服消息数"),
    "agent_characters": Words("characters that agents wrote", "客服发送的字数"),
    "consulting": Words("buyers a day who wrote", "当天发过消息的买家数"),
    "sessions": Words("conversations", "会话数"),
    "leave_rate": Words("conversations left as a message / conversations", "留言会话 / 全部会话"),
    "no_service_rate": Words(
        "conversations left as a message or without a reply / conversations", "留言或无人回复的会话 / 全部会话"
    ),
    "long_sessions": Words("conversations longer than {limit}", "超过 {limit}的会话数"),
    "ticket_first_reply": Words(
        "mean time from a ticket's creation to an agent's first reply, to the second where the agent created it",
        "从建单到客服首次回复的平均时间；客服建单的取第二次回复",
    ),
    "received": Words("buyers a day in an agent's reception", "当天接待的买家数"),
    "received_direct": Words("buyers a day who came directly", "当天直接接入的买家数"),
    "received_in": Words("buyers a day who came by transfer", "当天转接而来的买家数"),
    "passed_on": Words("buyers a day who were handed on", "当天转出的买家数"),
    "transfers_in": Words("transfers received", "转入次数"),
    "transfers_out": Words("transfers made", "转出次数"),
    "max_concurrent": Words("most receptions at one time", "同时接待的最大数量"),
    "reception_time": Words("mean time from assignment to hand-over or close", "从接入到转出或结束的平均时间"),
    "queue_mean": Words("mean time from the queue to an agent", "从排队到接入的平均时间"),
    "queue_max": Words("longest time from the queue to an agent", "从排队到接入的最长时间"),
    "abandon_rate": Words("queued and never received / queued", "排队后未被接待 / 全部排队"),
    "satisfaction": Words("ratings of {score} or more / ratings", "{score} 分及以上的评价 / 全部评价"),
    "invite_rate": Words("conversations invited to rate / conversations closed", "已邀评的会话 / 已结束的会话"),
    "participation_rate": Words("conversations rated / conversations invited", "已评价的会话 / 已邀评的会话"),
    "conversion_order": Words("{ordered}{by_day} / buyers a day who wrote", "{by_day}{ordered} / 当天咨询的买家"),
    "conversion_paid": Words(
        "enquiries paid{by_day} / buyers a day who wrote and had not paid before",
        "{by_day}付款的询单 / 当天咨询且此前未付款的买家",
    ),
    "inquiring": Words("buyers a day who wrote and had not paid before", "当天咨询且此前未付款的买家数"),
    "refund_speed": Words("mean time from a refund's request to its payment", "从申请退款到退款完成的平均时间"),
    "status_time": Words("mean time of a ticket in {statuses}", "工单处于 {statuses} 的平均时间"),
}
_ORDERED: Final[dict[Count, Words]] = {
    "orders": Words("orders", "所下订单"),
    "buyers": Words("buyers who ordered", "下单的买家"),
}
_UNITS: Final[dict[Unit, Words]] = {
    "turn": Words("turns", "轮次"),
    "message": Words("buyer messages, each by its own wait", "买家消息，各按自身的等待"),
    "message_run": Words("buyer messages, each by its turn's wait", "买家消息，按所在轮次的等待"),
    "session_first": Words("conversations, by the first turn", "会话，按首轮"),
    "session_mean": Words("conversations, by the mean of the turns", "会话，按各轮均值"),
    "session_all": Words("conversations, by all turns together", "会话，按全部轮次"),
    "customer_day": Words("buyers a day, by all turns together", "每天的买家，按全部轮次"),
}
_REPLIERS: Final[dict[Replier, Words]] = {
    "agent": Words("humans", "人工"),
    "bot_assist": Words("robots that assist", "辅助机器人"),
    "bot_auto": Words("robots on their own", "全自动机器人"),
}
_CLOCKS: Final[dict[Clock, Words]] = {
    "shop": Words("the buyer's {anchor} message", "买家的{anchor}消息"),
    "queue": Words("entering the queue, else the buyer's {anchor} message", "进入排队，否则为买家的{anchor}消息"),
    "agent": Words(
        "the later of the buyer's {anchor} message and the assignment to the agent",
        "买家的{anchor}消息与分给客服两者中较晚的",
    ),
}
_BOOKED: Final[dict[Booked, Words]] = {
    "start": Words("the clock's start", "计时起点"),
    "session": Words("the conversation's first question", "会话的首条提问"),
    "reply": Words("the reply", "回复时刻"),
}
_FLAGS: Final[dict[str, Words]] = {
    "exclude_zero": Words("replies at 0 s", "0 秒回复"),
    "exclude_agent_started": Words("conversations that an agent began", "客服发起的会话"),
    "exclude_bot_only": Words("conversations in which no human wrote", "没有人工发言的会话"),
    "exclude_robot_alone": Words("conversations that robots alone answered", "只有机器人答复的会话"),
    "exclude_robot_kept": Words("conversations that the robot kept", "机器人没有转人工的会话"),
    "exclude_leave": Words("conversations left as a message", "留言会话"),
    "ignore_greeting": Words("replies that only greet", "仅为问候的回复"),
    "ignore_closers": Words("closing words that end a conversation unanswered", "未回复的末尾结束语"),
}
_SENSES: Final = {
    "at_least": Words("at least {}", "不低于 {}"),
    "at_most": Words("at most {}", "不高于 {}"),
    "above": Words("over {}", "高于 {}"),
    "below": Words("below {}", "低于 {}"),
}
_SHAPES: Final[dict[Shape, Words]] = {
    "percent": Words(" %", "%"),
    "seconds": Words(" s", " 秒"),
    "count": Words("", ""),
}
_WEEKDAYS: Final = (
    Words("Monday", "周一"), Words("Tuesday", "周二"), Words("Wednesday", "周三"), Words("Thursday", "周四"),
    Words("Friday", "周五"), Words("Saturday", "周六"), Words("Sunday", "周日"),
)  # fmt: skip
_STATUSES: Final[dict[str, Words]] = {
    "new": Words("new", "新建"),
    "open": Words("open", "处理中"),
    "pending": Words("pending", "待客户回复"),
    "on_hold": Words("on_hold", "挂起"),
    "solved": Words("solved", "已解决"),
}
_SCALES: Final = ((3_600_000, Words("h", "小时")), (60_000, Words("min", "分钟")), (1_000, Words("s", "秒")))


def told(caliber: Caliber) -> Iterator[Told]:
    """What a caliber counts, line by line; lines that say nothing are left out."""
    yield Told(Words("figure", "数值"), figure(caliber))
    if caliber.measure in TURN_MEASURES:
        yield Told(Words("counts", "单位"), _UNITS[caliber.unit])
        yield Told(Words("answered by", "谁的回复算数"), _joined([_REPLIERS[each] for each in _repliers(caliber)]))
        yield Told(Words("clock starts at", "计时起点"), clock(caliber))
    yield from _hours(caliber)
    yield from _silence(caliber)
    if (left := _left_out(caliber)) is not None:
        yield Told(Words("left out", "不计"), left)
    yield from _frame(caliber)


def version(caliber: Caliber) -> Words:
    return Words(*(caliber.versions.get(language, caliber.version) for language in ("en", "zh")))


def source(caliber: Caliber) -> Words:
    return Words(*(caliber.sources.get(language, caliber.source) for language in ("en", "zh")))


def figure(caliber: Caliber) -> Words:
    """The formula as a sentence."""
    if caliber.cycle is not None:
        return _cycle(caliber)
    words = _MEASURES[caliber.measure]
    return Words(words.en.format(**_given(caliber, "en")), words.zh.format(**_given(caliber, "zh")))


def _given(caliber: Caliber, language: Language) -> dict[str, object]:
    """What stands in the braces of `_MEASURES`."""
    return {
        "threshold": _limit(caliber, language),
        "limit": duration(caliber.limit or 0).to(language),
        "score": caliber.limit,
        "skew": duration(caliber.skew_tolerance).to(language),
        "p": caliber.p,
        "statuses": _statuses(caliber).to(language),
        "ordered": _ORDERED[caliber.count].to(language),
        "by_day": _by_day(caliber.within_days).to(language),
    }


def _statuses(caliber: Caliber) -> Words:
    return _joined([_STATUSES.get(each, Words(each, each)) for each in sorted(caliber.statuses)])


def _by_day(days: int | None) -> Words:
    if days is None:
        return Words("", "")
    return Words(f" by day {days} after", f"{days} 天内") if days else Words(" the same day", "当天")


def _cycle(caliber: Caliber) -> Words:
    hour = (caliber.cycle or 0) // HOUR
    due = duration(caliber.threshold or 0)
    return Words(
        f"share answered by {due.en} after the end of the day that ends at {hour}:00",
        f"在以 {hour} 点为界的当日结束后 {due.zh}内回复的占比",
    )


def _limit(caliber: Caliber, language: Language) -> str:
    limit = duration(caliber.threshold or 0).to(language)
    if caliber.op == "<":
        return f"less than {limit}" if language == "en" else f"不到 {limit}"
    return limit


def duration(milliseconds: int) -> Words:
    """In the largest unit that it is a whole number of."""
    for size, unit in _SCALES:
        if milliseconds and milliseconds % size == 0:
            return Words(f"{milliseconds // size} {unit.en}", f"{milliseconds // size} {unit.zh}")
    return Words(f"{milliseconds / 1000:g} s", f"{milliseconds / 1000:g} 秒")


def target(caliber: Caliber) -> Words:
    """Empty without one."""
    if caliber.target is None:
        return Words("", "")
    sense, unit, value = _SENSES[caliber.target.sense], _SHAPES[caliber.shape], caliber.target.value
    return Words(sense.en.format(f"{value}{unit.en}"), sense.zh.format(f"{value}{unit.zh}"))


def clock(caliber: Caliber) -> Words:
    anchor = Words("first", "首条") if caliber.anchor == "first" else Words("last", "末条")
    words = _CLOCKS[caliber.clock]
    start = Words(words.en.format(anchor=anchor.en), words.zh.format(anchor=anchor.zh))
    if not caliber.human_stage:
        return start
    return Words(f"{start.en}, not before a human was reached", f"{start.zh}，不早于进入人工")


def _repliers(caliber: Caliber) -> list[Replier]:
    return [each for each in _REPLIERS if each in caliber.valid]


def _joined(words: list[Words]) -> Words:
    return Words(", ".join(each.en for each in words), "、".join(each.zh for each in words))


def hours(given: Hours) -> str:
    return f"{_time(given.start)}-{_time(given.end)}"


def _time(milliseconds: int) -> str:
    return f"{milliseconds // HOUR}:{milliseconds % HOUR // 60_000:02}"


def _days(days: frozenset[int]) -> Words:
    return _joined([_WEEKDAYS[day] for day in sorted(days)])


def _hours(caliber: Caliber) -> Iterator[Told]:
    if caliber.window is not None:
        both = hours(caliber.window)
        yield Told(Words("hours", "时段"), Words(f"{both}, end not included", f"{both}，不含末时刻"))
    if caliber.days != ALL_WEEK:
        yield Told(Words("days", "星期"), _days(caliber.days))
    if caliber.booked != "start":
        yield Told(Words("hours and days go by", "时段与日期按"), _BOOKED[caliber.booked])
    if caliber.exempt_days:
        dates = ", ".join(each.isoformat() for each in sorted(caliber.exempt_days))
        yield Told(Words("days left out", "例外日期"), Words(dates, dates))
    if caliber.service_hours is not None:
        both, days = hours(caliber.service_hours), _days(caliber.service_days)
        text = (
            Words(both, both) if caliber.service_days == ALL_WEEK else Words(f"{both}, {days.en}", f"{both}，{days.zh}")
        )
        yield Told(Words("waits count only in", "只计此时段内的等待"), text)


def _silence(caliber: Caliber) -> Iterator[Told]:
    """What a question without a reply comes to, and what the longest wait comes to."""
    if caliber.measure == "unanswered" and caliber.threshold is not None:
        least = duration(caliber.threshold)
        yield Told(Words("counts once older than", "起算"), Words(least.en, f"超过 {least.zh}后"))
    if caliber.measure not in WAITS:
        return
    match caliber.unanswered:
        case "fail":
            text = Words("counts as late", "计为未达标")
        case "cap":
            wait = duration(caliber.cap or 0)
            text = Words(f"counts as {wait.en}", f"按 {wait.zh}计")
        case _:
            text = Words("left out", "不计")
    yield Told(Words("never answered", "从未回复"), text)
    if caliber.cap is not None:
        wait = duration(caliber.cap)
        yield Told(
            Words("longest wait", "最长等待"), Words(f"{wait.en}, longer ones count as that", f"{wait.zh}，超出按此计")
        )


def _left_out(caliber: Caliber) -> Words | None:
    found = [words for flag, words in _FLAGS.items() if getattr(caliber, flag)]
    if caliber.cross_day == "exclude":
        found.append(Words("replies on another day", "跨天的回复"))
    if caliber.human_stage:
        found.append(Words("conversations that reached no human", "未进入人工的会话"))
    return _joined(found) if found else None


def _frame(caliber: Caliber) -> Iterator[Told]:
    if caliber.same_day:
        yield Told(Words("reply", "回复"), Words("only on the day of the question", "只算提问当天的"))
    if caliber.split_transfer:
        yield Told(
            Words("transfer", "转接"),
            Words(
                "leaves an unanswered turn with whoever passed it on, and the clock starts again",
                "转出方留下一个未回复轮次，接手方重新计时",
            ),
        )
    if caliber.sessions != SessionRule():
        gap, idle = duration(caliber.sessions.gap_after_close), duration(caliber.sessions.idle_gap)
        yield Told(
            Words("a new conversation", "新会话"),
            Words(f"{gap.en} after a close, or after {idle.en} of silence", f"结束 {gap.zh}后，或静默超过 {idle.zh}"),
        )
    if caliber.period_days is not None:
        yield Told(Words("period", "周期"), Words(f"{caliber.period_days} days", f"{caliber.period_days} 天"))
    if caliber.min_sample is not None:
        yield Told(
            Words("assessed from", "考核起点"), Words(f"{caliber.min_sample} on", f"分母满 {caliber.min_sample}")
        )
    if caliber.target is not None:
        yield Told(Words("target", "目标"), target(caliber))
