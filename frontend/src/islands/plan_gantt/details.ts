// What is known of one bar: a small note under the mouse, and a panel that stays.
import type { Chart } from "./chart";
import { button, make } from "./dom";
import { barsOfOrder } from "./plan";

/** Address of an order's page; the template has {id} where the order's id goes. */
export function orderAddress(template: string | undefined, id: string): string | null {
  return template ? template.replace(/\{id\}|%7Bid%7D/gi, encodeURIComponent(id)) : null;
}

export class Details {
  readonly panel = make("section", { class: "gantt-details", tabindex: "-1", hidden: true });
  readonly note = make("div", { class: "gantt-note", "aria-hidden": "true", hidden: true });

  constructor(
    private readonly chart: Chart,
    private readonly template: string | undefined,
    private readonly go: (bar: number) => void,
  ) {
    this.panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.close();
    });
  }

  open(bar: number, by: "pointer" | "key"): void {
    const { said, plan } = this.chart;
    const { words, clock } = said;
    const order = plan.bars.order[bar]!;
    const known = plan.orders[order]!;
    const facts: [string, string][] = [
      [words.process, said.process(bar)],
      [words.machine, said.machine(bar)],
      [words.start, clock.moment(plan.bars.start[bar]!)],
      [words.end, clock.moment(plan.bars.end[bar]!)],
      [words.state, said.state(bar).join(words.comma)],
      [words.buyer, known.buyer ?? ""],
      [words.due, known.due === null ? words.noDue : clock.due(known.due)],
      [words.finish, known.finish === null ? "" : [clock.moment(known.finish), said.promise(order)].filter(Boolean).join(words.comma)],
    ];
    const address = orderAddress(this.template, known.id);
    const title = make("h2", {}, said.order(order));
    this.panel.setAttribute("aria-label", said.order(order));
    this.panel.replaceChildren(
      make("header", {}, title, button("×", () => this.close(), { class: "quiet", "aria-label": words.close })),
      make("dl", {}, ...facts.filter(([, value]) => value).map(([name, value]) =>
        make("div", {}, make("dt", {}, name), make("dd", {}, value)))),
      ...(address ? [make("p", {}, make("a", { class: "button", href: address }, words.openOrder))] : []),
      make("h3", {}, words.stepsOfOrder),
      make("ol", {}, ...barsOfOrder(plan, order).map((one) => {
        const text = [said.process(one), said.machine(one), said.time(one)].join(words.comma);
        const press = button(text, () => this.go(one), { class: "quiet" });
        if (one === bar) press.setAttribute("aria-current", "true");
        return make("li", {}, press);
      })),
    );
    this.panel.hidden = false;
    this.panel.scrollTop = 0;
    // On the side where the bar is not.
    const { width, first, perMinute, left } = this.chart.viewport;
    const middle = ((plan.bars.start[bar]! + plan.bars.end[bar]!) / 2 - first) * perMinute - left;
    this.panel.classList.toggle("at-left", middle > width / 2);
    if (by === "key") this.panel.focus({ preventScroll: true });
  }

  /** Closes the panel; the focus returns to the chart if it was within. */
  close(): void {
    const within = this.panel.contains(document.activeElement);
    this.panel.hidden = true;
    if (within) this.chart.canvas.focus({ preventScroll: true });
  }

  hover(bar: number, clientX: number, clientY: number): void {
    this.note.hidden = bar < 0;
    if (bar < 0) return;
    const { said, plan } = this.chart;
    const lines = [said.order(plan.bars.order[bar]!), said.process(bar), said.machine(bar), said.time(bar), ...said.state(bar)];
    this.note.replaceChildren(...lines.map((line) => make("div", {}, line)));
    const stage = this.note.parentElement!.getBoundingClientRect();
    const x = Math.max(0, Math.min(clientX - stage.left + 14, stage.width - this.note.offsetWidth - 4));
    const below = clientY - stage.top + 18;
    const y = below + this.note.offsetHeight > stage.height ? clientY - stage.top - this.note.offsetHeight - 10 : below;
    this.note.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
  }
}
