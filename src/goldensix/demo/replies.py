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
)
