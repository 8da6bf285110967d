import { chinese } from "./page.ts";

/** Every word in both languages, side by side. */
const t = (zh: string, en: string) => (chinese ? zh : en);

export const CHAT = t("咨询", "Chat");
export const OPEN = t("打开咨询窗", "Open chat");
export const MINIMISE = t("收起咨询窗", "Minimise chat");
export const CONNECTING = t("正在连接", "Connecting");
export const MUTE = t("关闭提示音", "Turn sound off");
export const UNMUTE = t("打开提示音", "Turn sound on");
export const SERVING = t("人工 · 正在为您服务", "A person, here for you");
export const AGENT = t("客服", "Agent");
export const ROBOT = t("机器人", "Robot ");

export const WRITE_ON = t("您可以接着写", "You can go on writing");
export const END = t("结束咨询", "End chat");
export const ENDING = t("咨询即将结束", "Chat is about to end");
export const UNDO = t("撤销", "Undo");
export const CLOSED = t("本次咨询已结束", "Chat has ended");
export const THANKS = t("谢谢您的评价", "Thank you for your rating");

export const ASK = t("想问什么…", "Ask anything…");
export const ASK_MORE = t("还有别的想问？", "Anything else?");
export const ASK_THIS = t("问这件", "Ask about this");
export const SEND = t("发送", "Send");
export const PICTURE = t("图片", "Picture");
export const UNREADABLE = t("图片打不开", "Picture cannot be read");
export const SENDING = t("发送中", "Sending");
export const SENT = t("已送达", "Delivered");
export const READ = t("已读", "Read");
export const BLOCKED = t("暂时无法接收您的消息", "Messages cannot be taken at the moment");
export const NOT_SENT = t("没发出去", "Not sent");
export const RETRY = t("重试", "Retry");
export const TAKE_BACK = t("取回", "Take back");
export const RECALL = t("撤回", "Recall");
export const RECALLED = t("消息已撤回", "Message recalled");
export const WHOLE = t("全部", "Show all");

export const news = (count: number) => t(`${count} 条新消息`, `${count} new`);
export const typing = (name: string) => t(`${name} 正在输入…`, `${name} is typing…`);
export const seconds = (s: string) => t(`${s} 秒`, `${s} s`);
export const stock = (n: number) => (n > 0 ? t(`有货 ${n}`, `${n} in stock`) : t("暂时缺货", "Out of stock"));
export const served = (name: string, wait: string) =>
  t(`${name} 已接入，为您服务`, `${name} is here for you`) +
  (wait && t(` · 排队 ${wait}`, ` · waited ${wait}`));
