// The same bars as a table, in pages, in the sequence of the view: for whoever cannot or will not use the picture.
import type { Chart } from "./chart";
import { orderAddress } from "./details";
import { button, make } from "./dom";

const PAGE = 50;

export class BarTable {
  readonly element = make("div", { class: "gantt-table", hidden: true });
  private page = 0;
  private onlyChosen = false;

  constructor(
    private readonly chart: Chart,
    private readonly template: string | undefined,
  ) {}

  /** The page with the first bar of an order or machine. */
  goTo(column: "order" | "machine", index: number): void {
    this.onlyChosen = false;
    const at = this.sequence().findIndex((bar) => this.chart.plan.bars[column][bar] === index);
    this.page = Math.max(0, Math.floor(at / PAGE));
    this.draw();
  }

  /** To the first page, where another view gives another sequence. */
  restart(): void {
    this.page = 0;
    this.draw();
  }

  draw(): void {
    if (this.element.hidden) return;
    const { words } = this.chart.said;
    const bars = this.sequence();
    const pages = Math.max(1, Math.ceil(bars.length / PAGE));
    this.page = Math.min(this.page, pages - 1);
    const heads = [words.order, words.process, words.machine, words.start, words.end, words.state];
    const table = make(
      "table",
      { class: "rows roomy" },
      make("caption", {}, words.tableCaption(words.views[this.chart.view.name])),
      make("thead", {}, make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, head)))),
      make("tbody", {}, ...bars.slice(this.page * PAGE, (this.page + 1) * PAGE).map((bar) => this.row(bar))),
    );
    this.element.replaceChildren(
      ...this.choice(),
      make("div", { class: "wide", tabindex: "0", role: "group", "aria-label": table.caption!.textContent }, table),
      make(
        "nav",
        { class: "pages", "aria-label": table.caption!.textContent },
        this.turn(words.previous, -1, this.page > 0),
        make("span", { "aria-live": "polite" }, words.pageOf(this.page + 1, pages, bars.length)),
        this.turn(words.next, 1, this.page < pages - 1),
      ),
    );
  }

  private sequence(): number[] {
    const { view, plan, order } = this.chart;
    const bars = view.rows.flatMap((row) => row.bars);
    return this.onlyChosen && order >= 0 ? bars.filter((bar) => plan.bars.order[bar] === order) : bars;
  }

  private row(bar: number): HTMLTableRowElement {
    const { said, plan, order: chosen } = this.chart;
    const order = plan.bars.order[bar]!;
    const address = orderAddress(this.template, plan.orders[order]!.id);
    const name = said.order(order);
    const row = make(
      "tr",
      {},
      make("th", { scope: "row" }, address ? make("a", { href: address }, name) : name),
      make("td", {}, said.process(bar)),
      make("td", {}, said.machine(bar)),
      make("td", { class: "short" }, said.clock.shortMoment(plan.bars.start[bar]!)),
      make("td", { class: "short" }, said.clock.shortMoment(plan.bars.end[bar]!)),
      make("td", {}, said.state(bar).join(said.words.comma)),
    );
    if (order === chosen) row.setAttribute("aria-current", "true");
    return row;
  }

  /** Where an order is chosen, the rest can be left out. */
  private choice(): HTMLElement[] {
    const { order, said } = this.chart;
    if (order < 0) return [];
    const check = make("input", { type: "checkbox" });
    check.checked = this.onlyChosen;
    check.addEventListener("change", () => {
      this.onlyChosen = check.checked;
      this.restart();
      this.element.querySelector("input")?.focus();
    });
    return [make("label", { class: "gantt-only" }, check, ` ${said.words.onlyChosen}: ${said.order(order)}`)];
  }

  private turn(label: string, by: 1 | -1, possible: boolean): HTMLButtonElement {
    const press = button(label, () => {
      this.page += by;
      this.draw();
      // The buttons are new; the focus goes on where it was, or to the other one at an end.
      const [back, on] = this.element.querySelectorAll<HTMLButtonElement>("nav button");
      const same = by < 0 ? back : on;
      (same?.disabled ? (by < 0 ? on : back) : same)?.focus();
    });
    press.disabled = !possible;
    return press;
  }
}
