export type Child = Node | string | null | undefined | false;
type Props = Record<string, unknown>;

function fill<Made extends Element>(made: Made, props: Props, children: Child[]): Made {
  for (const [name, value] of Object.entries(props))
    if (typeof value === "function") made.addEventListener(name, value as EventListener);
    else if (value) made.setAttribute(name, `${value}`);
  made.append(...(children.filter(Boolean) as (Node | string)[]));
  return made;
}

/** An element: functions among its props listen to the event of their name, strings among its children are text. */
export const el = <Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  props: Props = {},
  ...children: Child[]
) => fill(document.createElement(tag), props, children);

export const div = (name: string, ...children: Child[]) => el("div", { class: name }, ...children);

/** A button; `sign` names one that shows only a drawing. */
export function button(name: string, click: () => void, child: Child, sign?: string): HTMLButtonElement {
  const made = el("button", { type: "button", class: name, click }, child);
  if (sign) label(made, sign);
  return made;
}

export function label(button: HTMLButtonElement, text: string): void {
  button.ariaLabel = button.title = text;
}

const svg = (tag: string, props: Props, ...children: Child[]) =>
  fill(document.createElementNS("http://www.w3.org/2000/svg", tag) as SVGElement, props, children);

/** A drawing of lines. Made node by node: a shop may forbid innerHTML. */
export const drawing = (name: string, size: number, d: string) =>
  svg("svg", { class: name, viewBox: `0 0 ${size} ${size}`, "aria-hidden": "true" }, svg("path", { d }));

const ICONS = {
  close: "M4 4l8 8M12 4l-8 8",
  picture: "M8 3v10M3 8h10",
  send: "M2 8l12-5L10 14 8 9z",
  sound: "M2 6v4h3l4 3V3L5 6zM11 6v4M13 4v8",
  mute: "M2 6v4h3l4 3V3L5 6zM11 6l3 4M14 6l-3 4",
};

export const icon = (name: keyof typeof ICONS) => drawing("", 16, ICONS[name]);

/** The mark: six segments, one a second; with the six of it, or a place in the queue. */
export function hexagon(digits: number): Element {
  const mark = drawing("hexagon", 24, "M12 1.6l9 5.2v10.4l-9 5.2-9-5.2V6.8z");
  mark.append(svg("text", { x: 12, y: 16 }, `${digits}`));
  return mark;
}
