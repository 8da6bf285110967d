"""A small shop's questions, labelled turns and dialogues, of our own invention, in both languages."""

from functools import cache
from random import Random

from goldensix.events.ids import Instant
from goldensix.robot.model import Model, fit
from goldensix.robot.question import Answer, Labelled, Pair, Question, QuestionId, Route, Scene

NOW = Scene(Instant(1_000))
_WORDS: dict[str, tuple[str, str, list[str], list[str]]] = {
    "ship": ("delivery", "什么时候发货", ["今天能发出来吗", "多久才寄出", "拍了好几天还不寄", "几号寄出", "哪天能寄"],
             ["付款后两天内寄出哦", "今天下午就寄出", "仓库已经在打包了"]),
    "gift": ("pre_sale", "有什么赠品", ["买这个送点啥", "有小礼物吗", "送不送杯子", "会不会多送一包", "下单有啥送"],
             ["下单就送一个杯垫", "满两件送一包小样", "礼物随单放进箱子"]),
    "size": ("pre_sale", "尺寸多大", ["这个有多长", "直径几厘米", "量一下宽度", "高矮多少", "大小号差几厘米"],
             ["长二十厘米宽十厘米", "大号直径三十厘米", "量出来是十五厘米"]),
    "refund": ("after_sale", "How do I return an item",
               ["i want my money back", "this broke, can i send it back", "refund please", "how can i return this",
                "it does not fit and i would like to return it"],
               ["open the order and choose return", "we refund within three days", "send it back with the label"]),
    "address": ("order_change", "Change the delivery address",
                ["i moved, please use a new address", "wrong street on my order", "can you change where it is sent",
                 "deliver it to my office instead", "i typed the wrong postcode"],
                ["tell me the new address please", "i have changed the street for you", "the address is updated"]),
}  # fmt: skip
NOISE = ["哈哈哈", "在的话说一声", "thanks a lot", "我再看看别家", "just looking around", "天气真好啊"]


def questions() -> list[Question]:
    return [
        Question(QuestionId(id), title, answers=(Answer(replies[0]),), route=Route(route))
        for id, (route, title, _, replies) in _WORDS.items()
    ]


def labelled() -> list[Labelled]:
    own = [
        Labelled(text, QuestionId(id), Route(route))
        for id, (route, _, phrasings, _) in _WORDS.items()
        for text in phrasings
    ]
    return own + [Labelled(text, None) for text in NOISE]


def pairs(count: int = 2_400, seed: int = 6) -> list[Pair]:
    """Turns made of phrasings and fillers, each with a reply to the same question."""
    drawn = Random(seed)
    fillers = ["", "亲 ", "你好 ", "hello ", "请问 ", "hi "]
    found = []
    for _ in range(count):
        _, title, phrasings, replies = drawn.choice(list(_WORDS.values()))
        found.append(Pair(drawn.choice(fillers) + drawn.choice([title, *phrasings]), drawn.choice(replies)))
    return found


@cache
def model() -> Model:
    return fit(pairs())
