"""Whether an answer in other words says no more than the approved one: what adds anything is not sent.

A model's output is never trusted, whatever it was told and whatever the buyer wrote: this looks at the words alone.
"""

import re
import unicodedata
from typing import Final

from goldensix.robot.groups import features
from goldensix.robot.turn import language_of, plain

_SHARED: Final = 0.6
"""Share of its words that have to stand in the approved answer."""
_LONGER: Final = 1.5
_SPARE: Final = 20
"""Characters by which it may be longer besides."""
_NUMBERS: Final = re.compile(r"\d+(?:[.,:：/]\d+)*")
_CHINESE_NUMBERS: Final = re.compile(r"[零〇一二两三四五六七八九十百千万亿半双]+")
_HARMLESS: Final = re.compile(r"一(?:下|起|样|些|点|般|直|边)")
_NUMBER_WORDS: Final = re.compile(
    r"\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|"
    r"sixty|seventy|eighty|ninety|hundred|thousand|million|half|double|twice|dozen|once|first|second|third)\b"
)
_PLACES: Final = re.compile(
    r"https?://\S+|\bwww\.\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)*|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}\b|@\w+"
)
_SIGNS: Final = re.compile(r"[¥￥$€£%％‰]")
_MARKUP: Final = re.compile(r"[<>{}\[\]`*#|\\]")
_PROMISES: Final = re.compile(
    "保证|一定|承诺|绝对|肯定|必须|包邮|包退|包换|包赔|免费|免单|免邮|赔|补偿|退款|退钱|退差|返现|返还|红包|赠|白送|送您|送你|"
    "优惠|打折|折扣|降价|最低|最便宜|全额|随时|永久|终身|立即|立刻|马上|今天|今晚|明天|后天|当天|小时|分钟|正品|无条件|"
    "微信|扣扣|加我|转账|汇款|密码|验证码|"
    r"\b(?:guarantee[sd]?|promise[sd]?|always|never|certainly|definitely|absolutely|free|refund\w*|compensat\w*|"
    r"reimburs\w*|discount\w*|coupons?|gifts?|bonus|cheap\w*|lowest|immediately|instantly|today|tonight|tomorrow|"
    r"hours?|minutes?|days?|weeks?|forever|lifetime|unconditional\w*|authentic|genuine|password|whatsapp|wechat|"
    r"transfer|must|will)\b"
)
_NOT: Final = re.compile(
    r"[不没无非未别勿].?|\b(?:no|not|cannot|without|unless|except|neither|nor)\b\W*\w*|n't\b\W*\w*"
)
"""With what it says no to."""
_ANCHORS: Final = re.compile("|".join(each.pattern for each in (_NOT, _NUMBERS, _CHINESE_NUMBERS, _NUMBER_WORDS)))


def is_grounded(approved: str, reworded: str) -> bool:
    """No number, place, promise or sign that the approved answer has not; numbers and every no stay in their order."""
    approved, reworded = _read(approved), _read(reworded)
    if not reworded or len(reworded) > _LONGER * len(approved) + _SPARE:
        return False
    if _MARKUP.search(reworded) or language_of(reworded) != language_of(approved):
        return False
    if any(_added(pattern, approved, reworded) for pattern in (_NUMBERS, _NUMBER_WORDS, _PLACES, _SIGNS, _PROMISES)):
        return False
    if _added(_CHINESE_NUMBERS, _HARMLESS.sub("", approved), _HARMLESS.sub("", reworded)):
        return False
    if _anchors(approved) != _anchors(reworded):
        return False
    return _keeps(approved, reworded) and _shared(approved, reworded) >= _SHARED


def _read(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _added(pattern: re.Pattern[str], approved: str, reworded: str) -> bool:
    return bool({*pattern.findall(reworded)} - {*pattern.findall(approved)})


def _anchors(text: str) -> list[str]:
    """What must not change places: "7 days to return, 15 to exchange", "opened no, sealed yes"."""
    return _ANCHORS.findall(_HARMLESS.sub("", text))


def _keeps(approved: str, reworded: str) -> bool:
    """Its numbers and places are what the buyer needs: none of them may be lost."""
    return all({*pattern.findall(approved)} == {*pattern.findall(reworded)} for pattern in (_NUMBERS, _PLACES))


def _shared(approved: str, reworded: str) -> float:
    """By single characters and words."""
    own = {each for each in features(plain(reworded)) if len(each) == 1 or each.isascii()}
    return len(own & {*features(plain(approved))}) / max(1, len(own))
