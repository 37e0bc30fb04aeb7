// The plan as the server sends it: columns, so that ten thousand bars stay small. Times are minutes after `start`.
export const FORMAT = "kumihimo-bars/1";

/** May a bar be moved? 0 may; 1 committed, 2 running, 3 done may not. */
export type Freeze = 0 | 1 | 2 | 3;

export type PlanOrder = {
  id: string;
  title: string;
  buyer: string | null;
  due: number | null;
  finish: number | null;
  /** Minutes after the due time; 0 when in time. */
  late: number;
};

export type Machine = {
  id: string;
  label: string;
  firm: string;
  firm_name: string;
  site: string;
  process_label: string;
};

export type Plan = {
  format: typeof FORMAT;
  start: string;
  now: number | null;
  horizon: number;
  orders: PlanOrder[];
  machines: Machine[];
  steps: { id: string; label: string }[];
  bars: {
    order: number[];
    machine: number[];
    step: number[];
    name: string[];
    start: number[];
    end: number[];
    freeze: Freeze[];
    late: (0 | 1)[];
    /** Minutes of preparing the machine, before `start`. */
    setup: number[];
  };
  legs: { order: number[]; from: number[]; to: number[]; start: number[]; end: number[] };
  /** Index of a machine -> its working time; a machine that is missing has no known calendar. */
  open: Record<string, [number, number][]>;
};

/** What came is not a plan of a format that this page knows. */
export class UnknownFormat extends Error {}

export function readPlan(value: unknown): Plan {
  const plan = value as Partial<Plan> | null;
  if (plan?.format !== FORMAT || !plan.bars) throw new UnknownFormat(String(plan?.format));
  return plan as Plan;
}

/** First start and last end (or due time) of what is planned. */
export function extent(plan: Plan): [number, number] {
  let first = Infinity;
  let last = -Infinity;
  for (let bar = 0; bar < plan.bars.start.length; bar++) {
    first = Math.min(first, plan.bars.start[bar]!);
    last = Math.max(last, plan.bars.end[bar]!);
  }
  for (const order of plan.orders) if (order.due !== null) last = Math.max(last, order.due);
  return first < last ? [first, last] : [0, Math.max(plan.horizon, 1)];
}

/** Bars of one order, the earliest first. */
export function barsOfOrder(plan: Plan, order: number): number[] {
  const found: number[] = [];
  plan.bars.order.forEach((one, bar) => {
    if (one === order) found.push(bar);
  });
  return found.sort((a, b) => plan.bars.start[a]! - plan.bars.start[b]! || plan.bars.end[a]! - plan.bars.end[b]!);
}

export type Leg = { start: number; end: number; fromBar: number; toBar: number };

/** Ways of an order: from the bar that ends before, to the bar that begins after; -1 where it comes or goes elsewhere. */
export function legsOfOrder(plan: Plan, order: number): Leg[] {
  const { legs, bars } = plan;
  const own = barsOfOrder(plan, order);
  const found: Leg[] = [];
  for (let leg = 0; leg < legs.order.length; leg++) {
    if (legs.order[leg] !== order) continue;
    const start = legs.start[leg]!;
    const end = legs.end[leg]!;
    const before = own.filter((bar) => bars.machine[bar] === legs.from[leg] && bars.end[bar]! <= start);
    const after = own.filter((bar) => bars.machine[bar] === legs.to[leg] && bars.start[bar]! >= end);
    before.sort((a, b) => bars.end[b]! - bars.end[a]!);
    found.push({ start, end, fromBar: before[0] ?? -1, toBar: after[0] ?? -1 });
  }
  return found;
}
