// Which bar an arrow key goes to: left and right along the row by time, up and down to the nearest in time of the next row.
import type { Plan } from "./plan";
import type { View } from "./rows";

export type Step = "left" | "right" | "up" | "down" | "first" | "last" | "pageUp" | "pageDown";

const KEYS: Record<string, Step> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
  Home: "first",
  End: "last",
  PageUp: "pageUp",
  PageDown: "pageDown",
};
const PAGE = 10;

export const stepOf = (key: string): Step | undefined => KEYS[key];

/** The bar after `bar` in that direction; `bar` itself where there is no further one. */
export function nextBar(view: View, plan: Plan, bar: number, step: Step): number {
  const at = view.rowOf[bar]!;
  const { bars } = view.rows[at]!;
  const place = bars.indexOf(bar);
  switch (step) {
    case "left":
      return bars[place - 1] ?? bar;
    case "right":
      return bars[place + 1] ?? bar;
    case "first":
      return bars[0]!;
    case "last":
      return bars[bars.length - 1]!;
    case "up":
      return inOtherRow(view, plan, bar, -1, 1);
    case "down":
      return inOtherRow(view, plan, bar, 1, 1);
    case "pageUp":
      return inOtherRow(view, plan, bar, -1, PAGE);
    case "pageDown":
      return inOtherRow(view, plan, bar, 1, PAGE);
  }
}

/** Rows without bars are passed over and do not count. */
function inOtherRow(view: View, plan: Plan, bar: number, way: 1 | -1, count: number): number {
  let found = -1;
  let left = count;
  for (let at = view.rowOf[bar]! + way; left > 0 && view.rows[at]; at += way) {
    if (view.rows[at]!.bars.length === 0) continue;
    found = at;
    left--;
  }
  return found < 0 ? bar : nearestInTime(plan, view.rows[found]!.bars, bar);
}

function nearestInTime(plan: Plan, bars: number[], to: number): number {
  const { start, end } = plan.bars;
  const gap = (bar: number): number => Math.max(start[bar]! - end[to]!, start[to]! - end[bar]!, 0);
  const shift = (bar: number): number => Math.abs(start[bar]! - start[to]!);
  return bars.reduce((best, bar) => (gap(bar) - gap(best) || shift(bar) - shift(best)) < 0 ? bar : best);
}
