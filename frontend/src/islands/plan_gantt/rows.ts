// The three linked views: the same bars in rows by machine, by order, by kind of step.
import type { Plan } from "./plan";

export type ViewName = "machine" | "order" | "step";
export const VIEWS: ViewName[] = ["machine", "order", "step"];

export type Row = {
  /** Index of the machine, order or kind of step. */
  of: number;
  /** Bars by start. */
  bars: number[];
  /** The same bars, so that those of one lane do not overlap. */
  lanes: number[][];
  top: number;
  height: number;
};

export type View = { name: ViewName; rows: Row[]; rowOf: Int32Array; laneOf: Int32Array; laneHeight: number; height: number };

/** Heights in px: touch needs more than a mouse. */
export type Sizes = { lane: number; leastRow: number };
export const ROW_PAD = 4;
/** Many bars at once (a kind of step over the whole network): the lanes get lower. */
const LOW_LANE = 20;

export function viewOf(plan: Plan, name: ViewName, sizes: Sizes): View {
  const column = plan.bars[name];
  const rows = sequence(plan, name).map<Row>((of) => ({ of, bars: [], lanes: [], top: 0, height: 0 }));
  const at = new Map(rows.map((row, index) => [row.of, index]));
  const rowOf = new Int32Array(column.length);
  const laneOf = new Int32Array(column.length);
  column.forEach((of, bar) => {
    rowOf[bar] = at.get(of)!;
    rows[rowOf[bar]!]!.bars.push(bar);
  });
  const laneHeight = name === "step" ? Math.min(LOW_LANE, sizes.lane) : sizes.lane;
  let top = 0;
  for (const row of rows) {
    row.bars.sort((a, b) => plan.bars.start[a]! - plan.bars.start[b]! || plan.bars.end[a]! - plan.bars.end[b]!);
    row.lanes = lanesOf(plan, row.bars, laneOf);
    row.top = top;
    row.height = Math.max(sizes.leastRow, row.lanes.length * laneHeight + 2 * ROW_PAD);
    top += row.height;
  }
  return { name, rows, rowOf, laneOf, laneHeight, height: top };
}

/** Machines of a firm stand together; the order that is due first comes first. */
function sequence(plan: Plan, name: ViewName): number[] {
  if (name === "step") return plan.steps.map((_, index) => index);
  if (name === "order") {
    const due = (order: number): number => plan.orders[order]!.due ?? Infinity;
    return plan.orders.map((_, index) => index).sort((a, b) => (due(a) === due(b) ? a - b : due(a) - due(b)));
  }
  const firms = new Map<string, number[]>();
  plan.machines.forEach((machine, index) => {
    const own = firms.get(machine.firm);
    if (own) own.push(index);
    else firms.set(machine.firm, [index]);
  });
  return [...firms.values()].flat();
}

function lanesOf(plan: Plan, bars: number[], laneOf: Int32Array): number[][] {
  const lanes: number[][] = [];
  const free: number[] = [];
  for (const bar of bars) {
    let lane = free.findIndex((end) => end <= plan.bars.start[bar]!);
    if (lane < 0) lane = lanes.push([]) - 1;
    lanes[lane]!.push(bar);
    free[lane] = plan.bars.end[bar]!;
    laneOf[bar] = lane;
  }
  return lanes;
}

/** Index of the first row that ends below `y`; the number of rows when there is none. */
export function rowAt(view: View, y: number): number {
  let low = 0;
  let high = view.rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = view.rows[middle]!;
    if (row.top + row.height > y) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Position in a lane of the first bar that ends after a minute. */
export function firstEndingAfter(plan: Plan, lane: number[], minute: number): number {
  let low = 0;
  let high = lane.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (plan.bars.end[lane[middle]!]! > minute) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Upper edge of a bar's lane, from the top of the first row. */
export function laneTop(view: View, bar: number): number {
  const row = view.rows[view.rowOf[bar]!]!;
  const used = row.lanes.length * view.laneHeight;
  return row.top + (row.height - used) / 2 + view.laneOf[bar]! * view.laneHeight;
}
