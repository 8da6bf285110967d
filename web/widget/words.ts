import { chinese } from "./page.ts";

/** Every word in both languages, side by side. */
const t = (zh: string, en: string) => (chinese ? zh : en);

export const CHAT = t("咨询", "Chat");
export const OPEN = t("打开咨询窗", "Open chat");
export const MINIMISE = t("收起咨询窗", "Minimise chat");
export const CONNECTING = t("正在连接", "Connecting");
export const MUTE = t("静音", "Mute");
export const UNMUTE = t("取消静音", "Unmute");
export const SERVING = t("人工 · 正在为您服务", "A person, for you");
export const AGENT = t("客服", "Agent");
export const ROBOT = t("机器人", "Robot ");

export const NEXT = t("下一位就是您", "You are next");
export const BACK = t("有等得更久的买家回来了", "Someone waited longer");
export const WRITE_ON = t("您可以接着写", "You can go on writing");
export const END = t("结束咨询", "End chat");
export const ENDING = t("咨询即将结束", "Chat ends soon");
export const UNDO = t("撤销", "Undo");
export const CLOSED = t("本次咨询已结束", "Chat ended");

export const ASK = t("想问什么…", "Ask anything…");
export const ASK_MORE = t("还有别的想问？", "Anything else?");
export const ASK_THIS = t("问这件", "Ask about it");
export const SEND = t("发送", "Send");
export const PICTURE = t("图片", "Picture");
export const UNREADABLE = t("图片打不开", "Broken picture");
export const SENDING = t("发送中", "Sending");
export const SENT = t("已送达", "Delivered");
export const READ = t("已读", "Read");
export const NOT_SENT = t("没发出去", "Not sent");
export const RETRY = t("重试", "Retry");
export const TAKE_BACK = t("取回", "Take back");
export const RECALL = t("撤回", "Recall");
export const RECALLED = t("消息已撤回", "Recalled");
export const WHOLE = t("全部", "Show all");

export const news = (count: number) => t(`${count} 条新消息`, `${count} new`);
export const place = (n: number) => t(`排第 ${n} 位`, `You are number ${n}`);
export const typing = (name: string) => t(`${name} 正在输入…`, `${name} is typing…`);
export const seconds = (s: string) => t(`${s} 秒`, `${s} s`);
export const stock = (n: number) => (n > 0 ? t(`有货 ${n}`, `${n} in stock`) : t("暂时缺货", "Sold out"));
export const served = (name: string, wait: string) =>
  t(`${name} 为您服务 · 排队 ${wait}`, `${name} is here · waited ${wait}`);
