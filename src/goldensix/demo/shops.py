"""The demo's two shops: what their chat windows say, and to whom their questions lead."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from goldensix.adapters.postgres.roster import Question, Reminder, ShopSettings, Wording
from goldensix.demo.people import AFTER_SALE, HARD_CASES, ORDER_CHANGE, PRE_SALE, DemoGroup
from goldensix.events.ids import GroupId, Milliseconds

ZONE: Final = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class DemoShop:
    name: str
    letter: str
    greeting: Wording
    questions: tuple[tuple[DemoGroup, Wording], ...]


FASHION: Final = DemoShop(
    name="南栖服饰旗舰店",
    letter="S",
    greeting=Wording(
        "您好，这里是南栖服饰。想问尺码、面料还是订单，直接发消息就好。",
        "Hello from Nanqi Clothing. Ask us about sizes, fabrics or your order.",
    ),
    questions=(
        (PRE_SALE, Wording("帮我选个尺码", "Help me choose a size")),
        (PRE_SALE, Wording("什么时候发货？", "When will it ship?")),
        (ORDER_CHANGE, Wording("想改收货地址", "Change my delivery address")),
        (AFTER_SALE, Wording("退换货怎么办理？", "How do I return or exchange?")),
        (HARD_CASES, Wording("质量有疑问", "I have a doubt about the quality")),
    ),
)
APPLIANCES: Final = DemoShop(
    name="南栖小家电",
    letter="D",
    greeting=Wording(
        "您好，这里是南栖小家电。选型号、问用法、查保修，都可以问我们。",
        "Hello from Nanqi Appliances. Ask us which model, how to use it, or about the warranty.",
    ),
    questions=(
        (PRE_SALE, Wording("哪一款适合我？", "Which one suits me?")),
        (PRE_SALE, Wording("功率和噪音多大？", "How strong and how loud is it?")),
        (ORDER_CHANGE, Wording("订单想换颜色", "Change the colour of my order")),
        (AFTER_SALE, Wording("机器不工作了", "It stopped working")),
    ),
)
SHOPS: Final = (FASHION, APPLIANCES)

_WELCOME: Final = (
    Wording(
        "您好，消息收到了，客服马上就来。您可以先把想问的写下来。",
        "Hello, we have your message and somebody is on the way. Do write your question meanwhile.",
    ),
    Wording(
        "欢迎来到南栖，消息收到了，正在为您找最合适的客服。",
        "Welcome to Nanqi. We have your message and are finding the right person for you.",
    ),
    Wording(
        "您好呀，问题已经记下，人工客服这就来回复您。",
        "Hello there. Your question is noted and a person will answer it right away.",
    ),
)
_STILL_WAITING: Final = (
    Reminder(
        Milliseconds(20_000),
        (
            Wording("请再稍等一下，我们会尽快回复您。", "One more moment please, we answer as soon as we can."),
            Wording("您的问题收到了，正在安排回复。", "We have your question, and an answer is on its way."),
        ),
    ),
    Reminder(
        Milliseconds(60_000),
        (
            Wording(
                "现在咨询的人比较多，您的问题没有漏掉，会尽快回复。",
                "Many people are asking just now. Your question is not forgotten and will be answered soon.",
            ),
            Wording(
                "让您久等了，我们按先后尽快回复。",
                "Thank you for waiting. We answer one after the other, as fast as we can.",
            ),
        ),
    ),
    Reminder(
        Milliseconds(180_000),
        (
            Wording(
                "让您等了三分钟，久等了。可以先留下订单号，客服接上就能直接处理。",
                "Thank you for waiting these three minutes. "
                "With your order number here, whoever takes over can start at once.",
            ),
        ),
    ),
)


def settings(shop: DemoShop, groups: Mapping[str, GroupId]) -> ShopSettings:
    """`groups` by name."""
    return ShopSettings(
        greeting=shop.greeting,
        questions=tuple(Question(words.zh, words.en, groups[to.name]) for to, words in shop.questions),
        welcome=_WELCOME,
        still_waiting=_STILL_WAITING,
    )
