"""The words that exports use: in headers, for who sent, for what happened, for what kind of thing was said."""

from collections.abc import Mapping
from typing import Final, Literal, TypeVar, get_args

from goldensix.log.columns import By, What
from goldensix.metrics.closing import WORDS as CLOSING_WORDS

Role = Literal[
    "line",
    "session",
    "buyer",
    "agent",
    "sender",
    "receiver",
    "side",
    "date",
    "time",
    "text",
    "what",
    "kind",
    "group",
    "from_agent",
    "seq",
    "recalled",
    "value",
    "detail",
]
Kind = Literal["text", "picture", "product", "emoji", "card", "welcome", "auto_reply", "notice"]
Meaning = TypeVar("Meaning", bound=str)
ROLES: Final[tuple[Role, ...]] = get_args(Role)


def plain(words: str) -> str:
    """A header or a value without case, spaces, underscores and brackets."""
    return "".join(letter for letter in words.casefold() if letter not in " \t\n_-:：()（）[]【】/·.*\ufeff")


HEADERS: Final[Mapping[Role, str]] = {
    "line": "消息id 消息编号 消息标识 msgid messageid msg消息id id uuid tweetid",
    "session": (
        "会话id 会话编号 会话 会话标识 咨询id 咨询单号 对话id 聊天id 接待id sessionid session conversationid "
        "conversation chatid dialogid dialogueid threadid ticketid 工单号"
    ),
    "buyer": (
        "买家 买家昵称 买家id 买家旺旺 买家账号 旺旺 旺旺号 旺旺昵称 会员名 会员昵称 顾客 顾客昵称 顾客账号 "
        "客户 客户昵称 客户名称 客户账号 客户id 访客 访客id 访客昵称 用户 用户id 用户昵称 用户名 用户账号 "
        "咨询人 昵称 customer customerid customername buyer buyerid buyernick buyername user userid username "
        "visitor visitorid client clientid requester"
    ),
    "agent": (
        "客服 客服昵称 客服账号 客服名称 客服姓名 客服id 子账号 子帐号 接待客服 接待人 接待人员 人工客服 坐席 "
        "座席 员工 客服旺旺 咚咚号 agent agentid agentname assignee operator operatorname staff waiter "
        "servicer csr"
    ),
    "sender": (
        "发送人 发送者 发送方 发言人 发信人 发件人 消息发送者 消息发送方 发送账号 发送者昵称 sender senderid "
        "sendername from fromuser fromid author authorid speaker"
    ),
    "receiver": "接收人 接收者 接收方 收信人 收件人 receiver receiverid recipient to touser toid",
    "side": (
        "方向 消息方向 收发 收发方向 发送方类型 发送者类型 发送者角色 角色 身份 身份类型 消息来源 发送端 "
        "direction role sendertype senderrole fromtype inbound isinbound isbuyer iscustomer isagent 是否客服 "
        "是否买家"
    ),
    "date": "日期 聊天日期 咨询日期 发送日期 date day",
    "time": (
        "时间 发送时间 消息时间 聊天时间 咨询时间 创建时间 发生时间 时刻 sendtime senttime sentat time "
        "timestamp createdat createtime createdtime datetime msgtime messagetime occurredat ts at t"
    ),
    "text": (
        "内容 消息内容 聊天内容 发送内容 消息 文本 消息文本 聊天记录 正文 话术 content message msg text body "
        "messagetext messagecontent msgcontent"
    ),
    "what": "事件 事件类型 记录类型 动作 行为 event eventtype what recordtype action",
    "kind": "消息类型 内容类型 类型 消息种类 messagetype msgtype contenttype type kind",
    "group": "组 分组 客服组 客服分组 技能组 接待组 部门 group groupname team queue skillgroup department",
    "from_agent": "转出客服 转接人 转出人 原客服 转接前客服 fromagent transferredfrom transferfrom",
    "seq": "序号 消息序号 顺序 seq sequence msgseq position 序列号",
    "recalled": "是否撤回 撤回 已撤回 recalled isrecalled deleted withdrawn",
    "value": "评分 分数 得分 评价 评价分 满意度 金额 订单金额 score rating stars amount value",
    "detail": "订单号 订单编号 订单id orderid ordernumber orderno 状态 工单状态 status state",
}
"""What a header may say, by the role of its column; the first role that knows it has it."""

PLATFORMS: Final[dict[str, str]] = {
    "taobao": "旺旺 淘宝 天猫 千牛 taobao tmall wangwang",
    "jd": "咚咚 京东 jingdong jd",
    "douyin": "飞鸽 抖音 douyin feige",
    "kuaishou": "快手 kuaishou",
    "pinduoduo": "拼多多 pinduoduo pdd",
    "xiaohongshu": "小红书 xiaohongshu",
    "wechat": "微信 企微 wechat",
    "twitter": "tweet",
}

SIDES: Final[Mapping[By, str]] = {
    "buyer": (
        "买家 顾客 客户 用户 访客 消费者 会员 买方 顾客发送 买家发送 收 接收 收到 buyer customer user visitor "
        "client consumer enduser requester in inbound incoming received receive c b"
    ),
    "agent": (
        "客服 卖家 商家 店铺 店家 坐席 座席 人工 人工客服 员工 子账号 卖方 客服发送 商家发送 发 发送 发出 "
        "agent seller staff operator merchant shop store human admin support service out outbound outgoing "
        "sent send s a"
    ),
    "bot_auto": (
        "机器人 智能客服 店小蜜 全自动机器人 自动回复 自动 ai 智能机器人 bot robot auto autoreply botauto assistant"
    ),
    "bot_assist": "辅助 智能辅助 半自动 辅助机器人 推荐回复 botassist assist copilot",
    "system": "系统 系统消息 平台 通知 系统通知 system notice platform",
    "note": "备注 内部备注 便签 note internal internalnote",
}
TRUE_IS_BUYER: Final = frozenset({"inbound", "isinbound", "isbuyer", "iscustomer", "是否买家"})
TRUE_IS_AGENT: Final = frozenset({"isagent", "是否客服"})
TRUE: Final = frozenset(["是", "true", "yes", "y", "t", "1", "已撤回", "撤回", "recalled", "deleted"])
FALSE: Final = frozenset(["否", "false", "no", "n", "f", "0", "正常", "未撤回"])

WHATS: Final[Mapping[What, str]] = {
    "message": "消息 聊天 聊天消息 发言 message msg chat",
    "queue_enter": "排队 进入排队 进队 queueenter enqueue queued",
    "assign": "分配 分流 接入 接待 领取 assign assigned accept accepted",
    "transfer": "转接 转出 转移 改派 transfer transferred",
    "to_human": "转人工 进入人工 tohuman handover escalate escalated",
    "leave_message": "留言 离线留言 leavemessage offlinemessage",
    "close": "关闭 结束 会话结束 完结 close closed end ended resolved",
    "rating_invite": "邀评 邀请评价 邀请 ratinginvite invite invited surveysent",
    "rating": "评价 评分 满意度 打分 rating rated review survey csat",
    "order_created": "下单 创建订单 拍下 ordercreated order placed",
    "paid": "付款 支付 已付款 成交 paid payment pay",
    "refund_requested": "申请退款 退款申请 refundrequested refundrequest",
    "refund_done": "退款 退款完成 退款成功 refunddone refunded refund",
    "status": "状态 状态变更 status statuschange statuschanged",
}
KINDS: Final[Mapping[Kind, str]] = {
    "text": "文本 文字 文本消息 普通消息 text txt plain string 1",
    "picture": "图片 图片消息 照片 视频 picture image img photo video",
    "product": "商品 商品卡片 宝贝 商品链接 product goods item",
    "emoji": "表情 emoji sticker expression",
    "card": "卡片 订单 订单卡片 优惠券 红包 card order coupon link",
    "welcome": "欢迎语 欢迎 welcome greeting",
    "auto_reply": "自动回复 自动 autoreply auto",
    "notice": "通知 提示 系统消息 系统提示 系统通知 notice system notification event",
}
SCORES: Final[dict[str, int]] = {
    "非常满意": 5,
    "很满意": 5,
    "满意": 4,
    "一般": 3,
    "不满意": 2,
    "非常不满意": 1,
    "很不满意": 1,
    "good": 5,
    "bad": 1,
}

CLOSING: Final = rf"(?i)^[\s\W_]*(?:(?:{'|'.join(CLOSING_WORDS)})[\s\W_]*)+$"
"""`metrics.closing.is_closing`, for Polars."""


def lookup(table: Mapping[Meaning, str]) -> dict[str, str]:
    """From each word to what it means."""
    return {word: meaning for meaning, words in table.items() for word in words.split()}
