// A bar, an order, a row in words: for labels, the live region, the table and the details.
import type { Clock } from "./clock";
import type { Plan } from "./plan";
import type { View } from "./rows";
import type { Words } from "./words";

export class Said {
  constructor(
    readonly plan: Plan,
    readonly clock: Clock,
    readonly words: Words,
  ) {}

  order(order: number): string {
    const { id, title } = this.plan.orders[order]!;
    return title && title !== id ? `${id} ${title}` : id;
  }

  process(bar: number): string {
    return this.plan.steps[this.plan.bars.step[bar]!]!.label;
  }

  machine(bar: number): string {
    return this.plan.machines[this.plan.bars.machine[bar]!]!.label;
  }

  time(bar: number): string {
    const { start, end } = this.plan.bars;
    const sameDay = this.clock.midnightBefore(start[bar]!) === this.clock.midnightBefore(end[bar]!);
    const to = sameDay ? this.clock.time(end[bar]!) : this.clock.shortMoment(end[bar]!);
    return this.words.upTo(this.clock.shortMoment(start[bar]!), to);
  }

  /** In time or how late the order is. */
  promise(order: number): string {
    const { due, late } = this.plan.orders[order]!;
    if (late > 0) return this.words.late(this.clock.duration(late));
    return due === null ? "" : this.words.inTime;
  }

  /** Frozen, late, set-up. */
  state(bar: number): string[] {
    const { freeze, late, setup, order } = this.plan.bars;
    const found = [this.words.freeze[freeze[bar]!]!];
    if (late[bar]) found.push(this.promise(order[bar]!) || this.words.isLate);
    if (setup[bar]) found.push(this.words.setup(this.clock.duration(setup[bar]!)));
    return found.filter((word) => word !== "");
  }

  sentence(bar: number): string {
    const parts = [this.order(this.plan.bars.order[bar]!), this.process(bar), this.machine(bar), this.time(bar)];
    return [...parts, ...this.state(bar)].join(this.words.comma) + this.words.stop;
  }

  /** What stands in a bar: what its row does not say. */
  bar(view: View, bar: number): string {
    const order = this.plan.orders[this.plan.bars.order[bar]!]!;
    const machine = this.plan.machines[this.plan.bars.machine[bar]!]!;
    if (view.name === "order") return `${this.process(bar)} ${shortFirm(machine.firm_name || machine.label)}`;
    return order.title || order.id;
  }

  /** The two lines at the left of a row. */
  row(view: View, of: number): [string, string] {
    if (view.name === "machine") {
      const machine = this.plan.machines[of]!;
      return machine.firm_name ? [shortFirm(machine.firm_name), machine.process_label] : [machine.label, ""];
    }
    if (view.name === "order") {
      const { id, title, buyer } = this.plan.orders[of]!;
      return [title || id, [title ? id : "", buyer ?? ""].filter(Boolean).join(" ")];
    }
    return [this.plan.steps[of]!.label, ""];
  }
}

/** 株式会社 and 有限会社 as the one letter that forms use. */
export const shortFirm = (name: string): string =>
  name.replace(/^株式会社\s*|\s*株式会社$/u, "㈱").replace(/^有限会社\s*|\s*有限会社$/u, "㈲");

/** As much of a text as fits, ended by an ellipsis when it is cut. */
export function fit(text: string, room: number, advance: (letter: string) => number): string {
  let used = 0;
  for (const letter of text) used += advance(letter);
  if (used <= room) return text;
  const letters = [...text];
  const least = advance("…");
  while (letters.length > 0 && used + least > room) used -= advance(letters.pop()!);
  return letters.length > 0 ? `${letters.join("").trimEnd()}…` : "";
}
