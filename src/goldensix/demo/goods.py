"""What the demo's shops sell, and what their customers ordered."""

from dataclasses import dataclass
from typing import Final

from goldensix.actions.orders import STATUSES, Times
from goldensix.adapters.postgres.orders import Receiver
from goldensix.adapters.postgres.shop import ProductDraft
from goldensix.demo.shops import APPLIANCES, FASHION, DemoShop
from goldensix.events.ids import Instant

_MINUTE: Final = 60_000


@dataclass(frozen=True, slots=True)
class DemoCustomer:
    id: str
    """The shop's own; its page signs it."""
    receiver: Receiver

    @property
    def name(self) -> str:
        return self.receiver.name


BUYER: Final = DemoCustomer("demo-buyer", Receiver("林小满", "13900001234", "上海市徐汇区梧桐里 18 弄 6 号 602 室"))
"""Who is signed in on the demo shop's page."""
OTHER: Final = DemoCustomer("demo-buyer-2", Receiver("何嘉言", "13900005678", "浙江省杭州市西湖区云栖路 9 号"))

_SHIRT: Final = ProductDraft("重磅真丝衬衫", 59_900, 86, "#C9B8A3")
_COAT: Final = ProductDraft("双面羊毛大衣", 129_900, 24, "#7A5C4B")
_JEANS: Final = ProductDraft("高腰直筒牛仔裤", 25_900, 140, "#4A6585")
_SCARF: Final = ProductDraft("桑蚕丝小方巾", 12_900, 210, "#B4575A")
_STEAMER: Final = ProductDraft("便携挂烫机", 19_900, 63, "#8FA7A0")
_KETTLE: Final = ProductDraft("恒温养生壶 1.5 升", 23_900, 41, "#6E8B6A")
_FAN: Final = ProductDraft("桌面空气循环扇", 15_900, 118, "#9DB4C6")
_SHAVER: Final = ProductDraft("迷你毛球修剪器", 6_900, 305, "#D8C37A")

PRODUCTS: Final[dict[DemoShop, tuple[ProductDraft, ...]]] = {
    FASHION: (_SHIRT, _COAT, _JEANS, _SCARF),
    APPLIANCES: (_STEAMER, _KETTLE, _FAN, _SHAVER),
}


@dataclass(frozen=True, slots=True)
class DemoOrder:
    number: str
    shop: DemoShop
    customer: DemoCustomer
    reached: tuple[int, ...]
    """Minutes before the demo was made, of each status up to its own; those that it skipped are 0."""
    lines: tuple[tuple[ProductDraft, str, int], ...]
    """What, which variant, how many."""
    remark: str = ""

    def times(self, now: Instant) -> Times:
        steps = zip(STATUSES, self.reached, strict=False)
        return {status: Instant(now - minutes * _MINUTE) for status, minutes in steps if minutes}


ORDERS: Final = (
    DemoOrder("NQF-1006", FASHION, BUYER, (25,), ((_COAT, "驼色 M", 1), (_SCARF, "酒红", 1))),
    DemoOrder("NQF-1005", FASHION, BUYER, (190, 189), ((_SHIRT, "米白 S", 1),), "送人，请不要放价签"),
    DemoOrder("NQF-1003", FASHION, BUYER, (2_900, 2_899, 1_460), ((_JEANS, "深蓝 27", 1),)),
    DemoOrder("NQF-1001", FASHION, OTHER, (9_400, 9_399, 8_020, 4_310, 200), ((_JEANS, "浅蓝 29", 2),)),
    DemoOrder("NQF-1004", FASHION, OTHER, (2_000, 1_998, 0, 0, 95, 12), ((_SCARF, "雾粉", 1),)),
    DemoOrder("NQD-1004", APPLIANCES, BUYER, (20_500, 20_499, 19_100, 15_900), ((_KETTLE, "竹青", 1),)),
    DemoOrder("NQD-1002", APPLIANCES, OTHER, (75, 74), ((_FAN, "雾蓝", 1), (_SHAVER, "奶黄", 2))),
)
