"""Questions that most stores are asked, in both languages: the demo's bank, and what a new one may begin with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from goldensix.adapters.postgres.bank import QuestionDraft
from goldensix.adapters.postgres.roster import Duty
from goldensix.events.facts import Language
from goldensix.events.ids import GroupId
from goldensix.robot.question import Answer


@dataclass(frozen=True, slots=True)
class StarterQuestion:
    code: str
    language: Language
    duty: Duty
    title: str
    phrasings: tuple[str, ...]
    answer: str


def _zh(code: str, duty: Duty, title: str, phrasings: str, answer: str) -> StarterQuestion:
    return StarterQuestion(code, "zh", duty, title, tuple(phrasings.split("；")), answer)


def _en(code: str, duty: Duty, title: str, phrasings: str, answer: str) -> StarterQuestion:
    return StarterQuestion(f"{code}-en", "en", duty, title, tuple(phrasings.split("; ")), answer)


QUESTIONS: Final = (
    _zh("ship", "pre_sale", "什么时候发货", "今天能发货吗；几号寄出；拍下多久发；现在买哪天发",
        "现货每天 16:00 前付款当天发出，之后付款的次日发出。"),
    _zh("courier", "pre_sale", "发什么快递", "用哪家快递；可以指定快递吗；寄顺丰还是中通；走什么物流",
        "默认发中通，需要顺丰请在下单备注里写明，差价到付。"),
    _zh("arrive", "pre_sale", "多久能到", "几天能收到；到北京要几天；什么时候能送到；大概几号到",
        "江浙沪一般次日到，其他省份两到四天，偏远地区再多两天。"),
    _zh("postage", "pre_sale", "包邮吗", "运费多少；要邮费吗；满多少包邮；偏远地区包不包邮",
        "{shop}全店满 59 元包邮，不足 59 元收 8 元运费。"),
    _zh("size", "pre_sale", "该选什么尺码", "我一米七穿多大；尺码偏大吗；M 还是 L；尺寸怎么选",
        "请告诉我身高、体重和平时穿的尺码，我按版型帮您选；介于两个码之间选大一号。"),
    _zh("coupon", "pre_sale", "有什么优惠", "能便宜点吗；有优惠券吗；双十一什么价；满减怎么算",
        "页面显示的就是到手价，店铺券下单时自动抵扣，降价七天内补差价。"),
    _zh("stock", "pre_sale", "有没有现货", "这款还有货吗；断码了吗；什么时候补货；库存还有多少",
        "页面能选的颜色和尺码都有现货；灰色的可以点到货提醒，一般一周内补上。"),
    _zh("care", "pre_sale", "怎么清洗", "可以机洗吗；会掉色吗；第一次怎么洗；能不能烘干",
        "建议冷水轻柔机洗，深浅分开，不要烘干；第一次先过一遍清水。"),
    _zh("address", "order_change", "怎么改收货地址", "地址写错了；能换个地址吗；寄到公司可以吗；收件人要改",
        "没发出的订单可以改：在订单里点修改地址，或把新的收件人、电话和地址发给我们。"),
    _zh("variant", "order_change", "想换颜色或尺码", "拍错颜色了；尺码拍错怎么办；能换成大一号吗；换个颜色",
        "没发出可以直接换，请告诉我们换成哪个；已经发出的收到后申请换货，来回运费我们承担。"),
    _zh("cancel", "order_change", "怎么取消订单", "不想要了；能取消吗；退单；刚拍下能不能撤",
        "没发出的在订单里点取消，款项当天原路退回；已发出的请拒收或收到后退货。"),
    _zh("track", "after_sale", "物流到哪里了", "快递怎么不动了；查一下单号；三天没更新；包裹到哪了",
        "订单 {order} 现在的状态是：{order.status}。两天以上没有更新请告诉我们，我们去催。"),
    _zh("return", "after_sale", "怎么退货", "七天无理由怎么退；不合适能退吗；退货流程；退货运费谁出",
        "签收七天内、吊牌完好可以退：在订单里点退货，按提示寄回，运费险会赔付。"),
    _zh("refund", "after_sale", "退款多久到账", "钱什么时候退；退款到哪里；还没收到退款；退款进度",
        "仓库签收后 24 小时内退款，原路返回；银行卡可能再晚一到三个工作日。"),
    _zh("invoice", "after_sale", "可以开发票吗", "发票怎么开；要专票；电子发票发哪里；抬头写错了",
        "可以。请把抬头和税号发给我们，电子发票在签收后 24 小时内发到您的邮箱。"),
    _en("ship", "pre_sale", "When will my order ship",
        "how soon do you ship; when do you send it out; does it leave today; what is the dispatch time",
        "Orders paid before 16:00 leave the same day, later ones the next day."),
    _en("courier", "pre_sale", "Which courier do you use",
        "can i choose the courier; do you ship with dhl; who delivers it; what carrier is it",
        "We ship with the courier shown at checkout. For express, write it in the order's remark."),
    _en("arrive", "pre_sale", "How long does delivery take",
        "when will it arrive; how many days until i get it; delivery time; how long is shipping",
        "Two to four days in the country, seven to twelve abroad."),
    _en("postage", "pre_sale", "How much is shipping",
        "is shipping free; what does delivery cost; postage fee; free delivery from which amount",
        "{shop} ships free from 59; below that it is 8."),
    _en("size", "pre_sale", "Which size should I choose",
        "do they run small; what size fits me; m or l; is there a size chart",
        "Tell us your height, weight and usual size. Between two sizes, take the larger."),
    _en("coupon", "pre_sale", "Is there a discount",
        "do you have a coupon; can i get it cheaper; promo code; any sale coming up",
        "The price on the page is what you pay, coupons included. If it drops within seven days we refund the rest."),
    _en("stock", "pre_sale", "Is it in stock",
        "is this available; when is it back in stock; do you have my size; sold out",
        "What you can choose on the page is in stock. Grey ones come back within a week or so."),
    _en("care", "pre_sale", "How do I wash it",
        "can it go in the washing machine; does the colour run; can i tumble dry it; care instructions",
        "Cold gentle wash, dark and light apart, no tumble dryer."),
    _en("address", "order_change", "Can I change the delivery address",
        "i typed the wrong address; send it to another address; change the receiver; i moved",
        "Before it ships, yes: choose change address in the order, or send us name, phone and address."),
    _en("variant", "order_change", "Can I change colour or size",
        "i ordered the wrong size; swap the colour; wrong colour in my order; change to a bigger size",
        "Before it ships we simply change it. After that, ask for an exchange; we pay both ways."),
    _en("cancel", "order_change", "How do I cancel my order",
        "i do not want it any more; cancel please; stop my order; can i withdraw the order",
        "Before it ships, press cancel in the order; the money goes back the same day."),
    _en("track", "after_sale", "Where is my parcel",
        "track my order; tracking does not move; my package is late; where is my order",
        "Order {order}: {order.status}. If nothing moved for two days, tell us and we chase the courier."),
    _en("return", "after_sale", "How do I return something",
        "it does not fit; return policy; can i send it back; who pays for the return",
        "Within seven days and with its tag, press return in the order and follow the label."),
    _en("refund", "after_sale", "When do I get my refund",
        "where is my money; refund status; how long does a refund take; not refunded yet",
        "Within 24 hours of the parcel's return, the way you paid. Banks may take three days more."),
    _en("invoice", "after_sale", "Can I get an invoice",
        "i need a receipt; invoice for my company; send me the invoice; tax number on the invoice",
        "Yes: send us the name and tax number. It comes by e-mail within 24 hours of delivery."),
)  # fmt: skip


def starter(question: StarterQuestion, groups: Mapping[Duty, GroupId]) -> QuestionDraft:
    answer = Answer(question.answer, "text", question.language)
    return QuestionDraft(question.title, question.phrasings, (answer,), groups.get(question.duty))
