// Colours come from the style sheet, so that forced colours and print are its matter, not the painter's.
const NAMES = [
  "paper",
  "ink",
  "soft",
  "grid",
  "closed",
  "bar",
  "bar-line",
  "chosen",
  "chosen-ink",
  "late",
  "late-wash",
  "done",
  "now",
  "head",
  "focus",
  "halo",
] as const;

export type Colours = Record<(typeof NAMES)[number], string>;

/** What the custom properties `--gantt-…` mean on an element, system colours resolved. */
export function coloursOf(element: HTMLElement): Colours {
  const probe = document.createElement("span");
  probe.className = "gantt-probe";
  element.append(probe);
  const found = NAMES.map((name) => {
    probe.style.color = `var(--gantt-${name})`;
    return [name, getComputedStyle(probe).color] as const;
  });
  probe.remove();
  return Object.fromEntries(found) as Colours;
}
