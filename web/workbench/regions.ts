/** F6 walks through the regions of the page; Escape goes home to the composer. */

function regions(root: ParentNode): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>("[data-region]")].filter(
    (each) => each.offsetParent !== null,
  );
}

export function stepRegion(root: ParentNode, step: 1 | -1): void {
  const all = regions(root);
  const at = all.findIndex((each) => each.contains(document.activeElement));
  const next = at === -1 ? (step === 1 ? 0 : all.length - 1) : at + step;
  all[(next + all.length) % all.length]?.focus();
}

export function inField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"))
  );
}
