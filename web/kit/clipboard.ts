/** Puts a text into the clipboard; also on pages without TLS, where browsers have no `navigator.clipboard`. */
export async function toClipboard(text: string): Promise<void> {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const field = document.createElement("textarea");
  field.value = text;
  // Beside what was pressed: outside of an open dialog nothing can be selected.
  (document.activeElement?.parentElement ?? document.body).append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}
