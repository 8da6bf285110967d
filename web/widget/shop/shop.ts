/** The demo shop's product page. What a shop needs for the chat is the script tag in shop.html, not this. */
import type { Product } from "../contract.ts";
import { money } from "../money.ts";
import { chinese, words } from "./words.ts";

interface Kind {
  drawing: string;
  named: RegExp;
  facts: string;
  factsEnglish: string;
  /** What the buyer chooses from: sizes, or for what has no size colours. */
  sizes?: string[];
  colours?: [chinese: string, english: string][];
}

const KINDS: Kind[] = [
  {
    drawing: "shirt",
    named: /衬衫/,
    facts: "22 姆米 · 贝壳扣 · 可机洗",
    factsEnglish: "22 momme silk · shell buttons · machine washable",
    sizes: ["S", "M", "L", "XL"],
  },
  {
    drawing: "coat",
    named: /大衣/,
    facts: "80% 羊毛 · 手工双面 · 中长款",
    factsEnglish: "80% wool · hand-sewn double face · mid length",
    sizes: ["S", "M", "L"],
  },
  {
    drawing: "jeans",
    named: /裤/,
    facts: "12 盎司 · 高腰 · 九分长",
    factsEnglish: "12 oz denim · high rise · cropped",
    sizes: ["26", "27", "28", "29", "30"],
  },
  {
    drawing: "scarf",
    named: /巾/,
    facts: "桑蚕丝 · 53 × 53 厘米 · 手工卷边",
    factsEnglish: "Mulberry silk · 53 × 53 cm · hand-rolled edge",
    colours: [
      ["酒红", "Wine"],
      ["墨绿", "Green"],
    ],
  },
  {
    drawing: "steamer",
    named: /烫/,
    facts: "25 秒出汽 · 1,200 瓦 · 折叠手柄",
    factsEnglish: "Steam in 25 s · 1,200 W · folding handle",
    colours: [
      ["雾蓝", "Mist"],
      ["米白", "Ivory"],
    ],
  },
  {
    drawing: "kettle",
    named: /壶/,
    facts: "1.5 升 · 高硼硅玻璃 · 恒温 12 小时",
    factsEnglish: "1.5 l · borosilicate glass · keeps warm 12 h",
    colours: [
      ["竹青", "Bamboo"],
      ["奶白", "Cream"],
    ],
  },
  {
    drawing: "fan",
    named: /扇/,
    facts: "直流电机 · 26 分贝 · 遥控",
    factsEnglish: "DC motor · 26 dB · remote control",
    colours: [
      ["雾蓝", "Mist"],
      ["奶白", "Cream"],
    ],
  },
  {
    drawing: "shaver",
    named: /修剪/,
    facts: "五叶刀头 · 充电 90 分钟 · 可水洗",
    factsEnglish: "Five blades · 90 min per charge · washable head",
    colours: [
      ["奶黄", "Butter"],
      ["浅灰", "Grey"],
    ],
  },
];

const at = (id: string) => document.getElementById(id) as HTMLElement;
const kindOf = ({ title }: Product) => KINDS.find(({ named }) => named.test(title)) ?? (KINDS[0] as Kind);
const shop = document.body.dataset.shop;
let inBag = 0;

async function open() {
  const products: Product[] = await (await fetch(`/api/widget/${shop}/products`)).json();
  const wanted = Number(new URLSearchParams(location.search).get("product"));
  const product = products.find(({ id }) => id === wanted) ?? products[0];
  at("others").replaceChildren(...products.map((each) => link(each, each === product)));
  at("thumbs").replaceChildren(...products.map((each) => thumb(each, each === product)));
  if (product) show(product);
}

function link({ id, title }: Product, current: boolean): HTMLElement {
  const made = document.createElement("a");
  made.href = `?product=${id}`;
  made.textContent = title;
  if (current) made.ariaCurrent = "page";
  return made;
}

function thumb(product: Product, current: boolean): HTMLElement {
  const made = link(product, current);
  const picture = at("picture").cloneNode(true) as HTMLElement;
  picture.removeAttribute("id");
  draw(picture, product);
  made.ariaLabel = product.title;
  made.replaceChildren(picture);
  return made;
}

function draw(picture: HTMLElement, product: Product) {
  picture.style.color = product.picture_colour;
  picture.querySelector("use")?.setAttribute("href", `#${kindOf(product).drawing}`);
}

function show(product: Product) {
  const kind = kindOf(product);
  // The chat attaches what the page shows.
  document.querySelector<HTMLElement>("script[data-shop]")?.setAttribute("data-product", `${product.id}`);
  at("title").textContent = product.title;
  at("facts").textContent = chinese ? kind.facts : kind.factsEnglish;
  at("price").textContent = money(product.price_cents);
  at("stock").textContent = words.stock(product.stock);
  draw(at("picture"), product);
  offer(kind);
  at("product").hidden = false;
}

function offer({ sizes, colours = [] }: Kind) {
  const choices = sizes ?? colours.map(([zh, en]) => (chinese ? zh : en));
  const legend = at("options").querySelector("legend");
  if (legend) legend.textContent = sizes ? words.size : words.colour;
  choices.forEach((choice, index) => {
    const label = document.createElement("label");
    const input = Object.assign(document.createElement("input"), {
      type: "radio",
      name: "option",
      checked: index === 0,
    });
    label.append(input, choice);
    at("options").append(label);
  });
}

function speak() {
  document.documentElement.lang = chinese ? "zh-CN" : "en";
  at("others").ariaLabel = words.products;
  at("thumbs").ariaLabel = words.more;
  for (const element of document.querySelectorAll<HTMLElement>("[data-word]")) {
    const word = words[element.dataset.word as keyof typeof words];
    if (typeof word === "string") element.textContent = word;
  }
}

at("buy").addEventListener("click", () => {
  at("said").textContent = words.demo;
});
at("add").addEventListener("click", () => {
  at("bag").textContent = `${++inBag}`;
  at("said").textContent = words.added;
});
speak();
void open();
