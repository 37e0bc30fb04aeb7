// The inbox by keyboard: j and k go down and up, Enter approves, e opens the fields, x puts aside.
// Everything that a key does is a link, a button or a fold of the page: without this, they are pressed by hand.

const typing = "input, select, textarea, [contenteditable]";

export function mount(root: HTMLElement): void {
  document.addEventListener("keydown", (event) => {
    if (!root.isConnected || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const target = event.target instanceof HTMLElement ? event.target : document.body;
    if (target.closest(typing)) return;
    if (event.key === "Enter" && target.closest("a, button, summary")) return;
    if (moveAlongRows(root, event.key) || press(root, event.key)) event.preventDefault();
  });
}

/** In a list, j and k move the focus from row to row; false where there are no rows. */
function moveAlongRows(root: HTMLElement, key: string): boolean {
  const rows = [...root.querySelectorAll<HTMLElement>("[data-row]")];
  if (rows.length === 0 || (key !== "j" && key !== "k")) return false;
  const here = rows.indexOf(document.activeElement as HTMLElement);
  const next = key === "j" ? Math.min(here + 1, rows.length - 1) : Math.max(here - 1, 0);
  rows[next]?.focus();
  return true;
}

/** Does what the page offers under a key; false where it offers nothing. */
function press(root: HTMLElement, key: string): boolean {
  const found = root.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
  if (found === null) return false;
  if (found instanceof HTMLDetailsElement) {
    found.open = true;
    found.querySelector<HTMLElement>("select, input:not([type=hidden]), textarea")?.focus();
  } else {
    found.click();
  }
  return true;
}
