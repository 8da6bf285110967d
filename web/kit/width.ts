import { onScopeDispose, type Ref, readonly, ref, watch } from "vue";

/** The width of an element in whole pixels, for a drawing whose text must not be stretched; 0 until it is there. */
export function useWidth(element: Readonly<Ref<HTMLElement | null>>): Readonly<Ref<number>> {
  const width = ref(0);
  const observer = new ResizeObserver(([entry]) => {
    width.value = Math.floor(entry?.contentRect.width ?? 0);
  });
  watch(element, (now) => {
    observer.disconnect();
    if (now) observer.observe(now);
  });
  onScopeDispose(() => observer.disconnect());
  return readonly(width);
}
