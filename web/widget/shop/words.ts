const zh = {
  products: "商品",
  more: "商品图片",
  bag: "购物袋",
  promise: "演示店铺 · 满 300 减 50 · 今晚 24 点前付款明早发",
  size: "尺码",
  colour: "颜色",
  buy: "立即购买",
  add: "加入购物袋",
  added: "已放进购物袋。",
  demo: "这是演示店铺，不会真的下单；想试咨询，点右下角的金色六边形。",
  stock: (n: number) => `有货 ${n}`,
  shipping: "发货",
  shippingText: "杭州仓，顺丰次日到江浙沪",
  returns: "退换",
  returnsText: "七天无理由，运费险已含",
  help: "咨询",
  helpText: "右下角的金色六边形，客服就在那里",
};

const en: typeof zh = {
  products: "Products",
  more: "Pictures of the products",
  bag: "Bag",
  promise: "Demo shop · 50 off from 300 · paid before midnight, shipped in the morning",
  size: "Size",
  colour: "Colour",
  buy: "Buy now",
  add: "Add to bag",
  added: "It is in your bag.",
  demo: "This is a demo shop and takes no orders; to try the chat, click the golden hexagon.",
  stock: (n) => `${n} in stock`,
  shipping: "Shipping",
  shippingText: "From Hangzhou, next day nearby",
  returns: "Returns",
  returnsText: "Seven days, return freight insured",
  help: "Questions",
  helpText: "The golden hexagon at the bottom right",
};

export const chinese = /^zh/i.test(navigator.language);
export const words = chinese ? zh : en;
