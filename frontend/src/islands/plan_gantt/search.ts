// Finds an order or a firm by a part of its name; asked again, the next one that fits.
import { button, make } from "./dom";
import type { Plan } from "./plan";
import type { Said } from "./said";

export type Hit = { kind: "order" | "machine"; index: number; text: string };

const plain = (text: string): string => text.normalize("NFKC").toLowerCase().replace(/[\s・,、]/gu, "");

/** Orders and firms (by their first machine) that have the text, those that begin with it first. */
export function hitsOf(plan: Plan, text: string): Hit[] {
  const wanted = plain(text);
  if (!wanted) return [];
  return everything(plan)
    .map((hit) => ({ hit, at: plain(hit.text).indexOf(wanted) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => Number(a.at > 0) - Number(b.at > 0))
    .map(({ hit }) => hit);
}

function everything(plan: Plan): Hit[] {
  const firms = new Map<string, Hit>();
  plan.machines.forEach((machine, index) => {
    const text = machine.firm_name || machine.label;
    if (!firms.has(text)) firms.set(text, { kind: "machine", index, text });
  });
  const orders = plan.orders.map<Hit>((order, index) => ({
    kind: "order",
    index,
    text: order.title && order.title !== order.id ? `${order.id} ${order.title}` : order.id,
  }));
  return [...orders, ...firms.values()];
}

export function searchBox(said: Said, id: string, go: (hit: Hit) => void): HTMLFormElement {
  const { plan, words } = said;
  const list = make("datalist", { id: `${id}-names` });
  const input = make("input", { type: "search", id: `${id}-search`, list: list.id, autocomplete: "off" });
  const told = make("output", { for: input.id });
  let asked = "";
  let turn = 0;
  input.addEventListener("focus", () => {
    if (list.childElementCount === 0) list.append(...everything(plan).map((hit) => make("option", { value: hit.text })));
  });
  const form = make(
    "form",
    { class: "gantt-search", role: "search", "aria-label": words.search },
    make("label", { for: input.id }, words.search),
    input,
    list,
    button(words.find, () => {}, { type: "submit" }),
    told,
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    // The page takes a form that was sent for sent once; this one is asked again and again.
    event.stopPropagation();
    const hits = hitsOf(plan, input.value);
    turn = input.value === asked ? turn + 1 : 0;
    asked = input.value;
    const hit = hits[turn % Math.max(1, hits.length)];
    if (!hit) {
      told.value = asked.trim() ? words.notFound(asked) : "";
      return;
    }
    told.value = words.found(hit.text, (turn % hits.length) + 1, hits.length);
    go(hit);
  });
  return form;
}
