// What of the plan is seen. Rows and time scroll natively; the scale is ours.
import { type Plan } from "./plan";
import { firstEndingAfter, laneTop, rowAt, type View } from "./rows";

export type Viewport = {
  /** Minute at the left edge of the scrolled content. */
  first: number;
  /** Minute at the right edge of it. */
  last: number;
  perMinute: number;
  /** px scrolled. */
  left: number;
  top: number;
  /** Size of the plot in px, without labels and axis. */
  width: number;
  height: number;
};

const CLOSEST = 4;
/** A bar is never narrower than this, however short its work. */
export const LEAST_BAR = 3;

export const xOf = (viewport: Viewport, minute: number): number =>
  (minute - viewport.first) * viewport.perMinute - viewport.left;

export const minuteAt = (viewport: Viewport, x: number): number =>
  viewport.first + (x + viewport.left) / viewport.perMinute;

/** The scale within which everything fits and an hour is not wider than 240 px. */
export function boundedScale(viewport: Viewport, perMinute: number): number {
  const whole = viewport.width / (viewport.last - viewport.first);
  return Math.min(Math.max(CLOSEST, whole), Math.max(whole, perMinute));
}

const bounded = (value: number, most: number): number => Math.max(0, Math.min(value, most));

/** Another scale; the minute at `x` stays where it is. */
export function zoomed(viewport: Viewport, factor: number, x: number): Viewport {
  const perMinute = boundedScale(viewport, viewport.perMinute * factor);
  const held = minuteAt(viewport, x);
  const most = (viewport.last - viewport.first) * perMinute - viewport.width;
  return { ...viewport, perMinute, left: bounded((held - viewport.first) * perMinute - x, most) };
}

/** The scale and place at which the time between two minutes fills the plot. */
export function fitted(viewport: Viewport, from: number, to: number): Viewport {
  const perMinute = boundedScale(viewport, viewport.width / Math.max(1, to - from));
  const most = (viewport.last - viewport.first) * perMinute - viewport.width;
  return { ...viewport, perMinute, left: bounded((from - viewport.first) * perMinute, most) };
}

/** Scrolled as little as needed for a bar to be seen, with some room around it. */
export function revealing(viewport: Viewport, view: View, plan: Plan, bar: number): Viewport {
  const room = Math.min(48, viewport.width / 6);
  const left = xOf(viewport, plan.bars.start[bar]!);
  const right = xOf(viewport, plan.bars.end[bar]!);
  let across = 0;
  if (left < room || right - left > viewport.width - 2 * room) across = left - room;
  else if (right > viewport.width - room) across = right - viewport.width + room;
  const upper = laneTop(view, bar) - viewport.top;
  let down = 0;
  if (upper < 0) down = upper - view.laneHeight;
  else if (upper + view.laneHeight > viewport.height) down = upper + 2 * view.laneHeight - viewport.height;
  return {
    ...viewport,
    left: bounded(viewport.left + across, (viewport.last - viewport.first) * viewport.perMinute - viewport.width),
    top: bounded(viewport.top + down, view.height - viewport.height),
  };
}

/** The bar at a point of the plot, or the nearest in that lane within `slack` px; -1 when there is none. */
export function barAt(viewport: Viewport, view: View, plan: Plan, x: number, y: number, slack: number): number {
  const down = y + viewport.top;
  const row = view.rows[rowAt(view, down)];
  if (!row || down < row.top || row.lanes.length === 0) return -1;
  const used = row.lanes.length * view.laneHeight;
  const lane = Math.floor((down - row.top - (row.height - used) / 2) / view.laneHeight);
  const bars = row.lanes[Math.max(0, Math.min(lane, row.lanes.length - 1))]!;
  const next = firstEndingAfter(plan, bars, minuteAt(viewport, x));
  let best = -1;
  let nearest = slack;
  for (const bar of [bars[next - 1], bars[next]]) {
    if (bar === undefined) continue;
    const left = xOf(viewport, plan.bars.start[bar]!);
    const right = Math.max(left + LEAST_BAR, xOf(viewport, plan.bars.end[bar]!));
    const off = Math.max(left - x, x - right, 0);
    if (off <= nearest) {
      best = bar;
      nearest = off;
    }
  }
  return best;
}
