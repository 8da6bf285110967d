"""The demo's quick replies: codes are pinyin initials for Chinese ones, words for English ones."""

from dataclasses import dataclass
from typing import Final

from goldensix.demo.people import AFTER_SALE, HARD_CASES, ORDER_CHANGE, PRE_SALE, DemoGroup


@dataclass(frozen=True, slots=True)
class DemoReply:
    group: DemoGroup | None
    code: str
    title: str
    text: str


REPLIES: Final = (
    DemoReply(None, "nh", "问候", "{buyer}您好，我是{shop}的{agent}，请问想了解哪一款？"),
    DemoReply(None, "sd", "请稍等", "好的，我这就查，一分钟内给您答复。"),
    DemoReply(None, "js", "结束语", "不客气，之后有任何问题都可以直接在这里找我们，祝您今天顺心。"),
    DemoReply(None, "hello", "Greeting", "Hello {buyer}, this is {agent} of {shop}. What may I help you with?"),
    DemoReply(None, "wait", "One moment", "Let me look that up. You will hear from me within a minute."),
    DemoReply(None, "bye", "Closing", "You are welcome. Write to us here whenever there is anything else."),
    DemoReply(PRE_SALE, "cm", "尺码推荐", "请告诉我身高、体重和平时穿的尺码，我按版型帮您选；喜欢宽松可以选大一号。"),
    DemoReply(PRE_SALE, "ml", "面料说明", "面料成分写在吊牌和详情页第三张图上，敏感肌建议先过一遍清水再穿。"),
    DemoReply(PRE_SALE, "fh", "发货时间", "现货当天 16:00 前付款当天发出，之后付款次日发出，发出后会有短信通知您。"),
    DemoReply(PRE_SALE, "kd", "快递与时效", "默认发顺路的快递，江浙沪一般次日到，其他地区两到四天，偏远地区再加两天。"),
    DemoReply(PRE_SALE, "yh", "优惠说明", "页面显示的就是到手价，店铺券下单时自动抵扣，不需要再凑单。"),
    DemoReply(PRE_SALE, "kc", "库存确认", "您要的颜色和尺码目前有现货，付款后会马上为您锁定库存。"),
    DemoReply(
        PRE_SALE, "size", "Size advice", "Tell me your height, weight and usual size, and I will match the cut for you."
    ),
    DemoReply(
        PRE_SALE,
        "ship",
        "Shipping time",
        "Paid before 16:00, it leaves today; later, tomorrow. We text you the number.",
    ),
    DemoReply(PRE_SALE, "gl", "功率与噪音", "睡眠档约 26 分贝，最大档约 50 分贝，具体功率在机身底部铭牌上。"),
    DemoReply(
        ORDER_CHANGE, "gdz", "改地址", "可以改，请发：收件人、电话、省市区和详细地址，我核对后给您复述一遍再改。"
    ),
    DemoReply(ORDER_CHANGE, "gdh", "改电话", "好的，请把新的联系电话发给我，改好后物流短信会发到新号码。"),
    DemoReply(ORDER_CHANGE, "hys", "换颜色尺码", "订单 {order} 还没出库，可以换。请告诉我换成哪个颜色和尺码。"),
    DemoReply(
        ORDER_CHANGE,
        "yfh",
        "已发货不能改",
        "订单 {order} 已经发出，地址改不了了；到件前可以联系派件员，或者拒收后我们重发。",
    ),
    DemoReply(ORDER_CHANGE, "bz", "加备注", "已经给订单 {order} 写上备注，仓库打包时会看到。"),
    DemoReply(
        ORDER_CHANGE,
        "address",
        "Change address",
        "Certainly. Send me name, phone and full address; I will repeat it first.",
    ),
    DemoReply(AFTER_SALE, "th", "七天无理由", "签收七天内、吊牌完好不影响再售都可以退，在订单里点退货，运费险会赔付。"),
    DemoReply(
        AFTER_SALE, "hh", "换货流程", "请先在订单 {order} 里申请换货，收到退回后当天发出新的，来回运费我们承担。"
    ),
    DemoReply(AFTER_SALE, "tk", "退款到账", "仓库签收后 24 小时内退款，原路返回，银行卡可能晚一到三个工作日。"),
    DemoReply(AFTER_SALE, "wl", "物流查询", "帮您查了订单 {order} 的物流，我已催派件网点，今天 18:00 前给您回复。"),
    DemoReply(AFTER_SALE, "bx", "保修说明", "整机保修一年，非人为问题免费换新件，请把机身底部的编号拍给我。"),
    DemoReply(
        AFTER_SALE,
        "return",
        "Returns",
        "Within seven days, tag still on: choose Return in order {order}; we pay the post.",
    ),
    DemoReply(
        AFTER_SALE,
        "refund",
        "Refund time",
        "We refund within 24 hours of the parcel's return; banks may take 3 days more.",
    ),
    DemoReply(
        HARD_CASES, "zp", "请拍照", "很抱歉给您添麻烦了。请拍两张：问题处的近照，和能看到吊牌的全身照，我来定处理办法。"
    ),
    DemoReply(HARD_CASES, "jj", "议价", "价格是统一的，我这边不能单独改；可以帮您留意活动，降价七天内补差价。"),
    DemoReply(HARD_CASES, "sj", "升级处理", "这件事我请服务主管一起看，今天之内由我给您一个明确的答复。"),
    DemoReply(
        HARD_CASES,
        "doubt",
        "A doubt about it",
        "I am sorry. Two pictures please: the spot itself, and all of it with the tag.",
    ),
    # For a day such as Double Eleven, when everybody asks the same at once.
    DemoReply(None, "mq", "活动忙碌", "{event}期间咨询较多，您的问题我看到了，正在逐一回复，请稍等片刻。"),
    DemoReply(
        None, "busy", "Busy day", "Many people write to us during {event}. I have your question and answer in turn."
    ),
    DemoReply(PRE_SALE, "hdjg", "活动价", "{event}的价格以下单页显示为准，店铺券会自动抵扣，不用另外找我领。"),
    DemoReply(
        PRE_SALE, "dj", "定金尾款", "先付定金锁定优惠，尾款在活动页写明的时间内付清就行，过时定金不能用于别的订单。"
    ),
    DemoReply(PRE_SALE, "hdfh", "活动发货", "{event}的订单按付款先后发出，订单里会写最晚发货时间，不用另外催单。"),
    DemoReply(PRE_SALE, "bj", "价保", "买贵了可以申请价保：在订单里点申请，系统核对后退回差额。"),
    DemoReply(PRE_SALE, "ljg", "一起买", "这两件一起下单会按满减自动算好，合并付款最划算，要我把链接发给您吗？"),
    DemoReply(
        PRE_SALE,
        "price",
        "Event price",
        "The price of {event} is the one on the order page; coupons are taken off there.",
    ),
    DemoReply(
        PRE_SALE, "deposit", "Deposit", "The deposit holds your price. Pay the rest within the hours on the event page."
    ),
    DemoReply(
        PRE_SALE, "stock", "In stock", "The colour and size you want are in stock, and held for you once you have paid."
    ),
    DemoReply(PRE_SALE, "fabric", "Fabric", "The fabric is on the label and on the third picture of the page."),
    DemoReply(
        ORDER_CHANGE,
        "hdgdz",
        "活动改地址",
        "订单 {order.number} 现在是{order.status}，出库前都能改。请发收件人、电话和完整地址。",
    ),
    DemoReply(ORDER_CHANGE, "hb", "合并发货", "您的几笔订单收件信息一样，我备注仓库尽量合并发出；已经打包的会分开到。"),
    DemoReply(ORDER_CHANGE, "qx", "取消订单", "订单 {order.number} 还没出库，可以在订单里点取消，款项原路退回。"),
    DemoReply(
        ORDER_CHANGE,
        "cancel",
        "Cancel order",
        "Order {order.number} has not left yet: choose Cancel in it, and we return what you paid.",
    ),
    DemoReply(
        ORDER_CHANGE,
        "swap",
        "Change size",
        "Order {order.number} has not left yet. Which colour and size shall it be instead?",
    ),
    DemoReply(
        ORDER_CHANGE,
        "sent",
        "Already sent",
        "Order {order.number} is on its way, so the address stands. Ask the courier, or refuse it.",
    ),
    DemoReply(
        AFTER_SALE,
        "hdtk",
        "活动退款",
        "{event}退货的件数多，仓库按到货先后验收，验收后系统自动退款，进度在订单里能看到。",
    ),
    DemoReply(
        AFTER_SALE,
        "hdwl",
        "活动物流",
        "订单 {order.number} 现在是{order.status}。活动期间包裹多，信息更新会慢一些，我替您盯着。",
    ),
    DemoReply(AFTER_SALE, "lf", "少发漏发", "很抱歉少了东西。请拍一下外箱和收到的商品，我核对称重后给您补发。"),
    DemoReply(AFTER_SALE, "fp", "开发票", "电子发票在订单里点申请即可，抬头和税号填好后一到两天发到邮箱。"),
    DemoReply(
        AFTER_SALE,
        "track",
        "Where is it",
        "Order {order.number}: {order.status}. Couriers are slower now; I keep an eye on it for you.",
    ),
    DemoReply(
        AFTER_SALE,
        "missing",
        "Something missing",
        "I am sorry. Two pictures please, of the box and of what came: then I send the rest.",
    ),
    DemoReply(
        AFTER_SALE, "warranty", "Warranty", "It has a year of warranty. Send me a picture of the number at the bottom."
    ),
    DemoReply(
        HARD_CASES,
        "hdjj",
        "活动议价",
        "{event}已经是我们今年最大的力度，单独再减我这边做不到；可以帮您看看怎么凑券更合适。",
    ),
    DemoReply(
        HARD_CASES,
        "zj",
        "质疑真假",
        "您的担心我理解。店里的货都有进货凭证，您可以按吊牌上的编码查，也可以先收货验过再决定。",
    ),
    DemoReply(
        HARD_CASES,
        "ts",
        "安抚情绪",
        "让您着急了，对不起。事情我已经记下，查清之前不会让您再说第二遍，结果由我来告诉您。",
    ),
    DemoReply(
        HARD_CASES,
        "bargain",
        "Bargaining",
        "Our price is one for everybody. I can look for the coupons that suit your basket best.",
    ),
    DemoReply(
        HARD_CASES,
        "lead",
        "To the lead",
        "I look at this together with our service manager, and you hear from me today.",
    ),
    DemoReply(
        HARD_CASES,
        "calm",
        "Upset buyer",
        "I am sorry that this took your time. I have noted it all: you need not tell it twice.",
    ),
)
