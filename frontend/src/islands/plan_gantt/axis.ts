// The time axis: two lines of labels, the coarse one (day, month, year) over the fine one (hours, days, weeks, months).
import { type Clock, DAY } from "./clock";

export type Tick = { minute: number; label: string; weekend: boolean };
/** Labels from the longest to the shortest: the first that fits is written. */
export type Span = { from: number; to: number; labels: string[] };
export type Axis = { unit: Unit["name"]; ticks: Tick[]; spans: Span[] };

type Unit = { name: "hour" | "day" | "week" | "month"; minutes: number; room: number };

const WEEK = 7 * DAY;
/** 1970-01-05 was a Monday. */
const FIRST_MONDAY = 4 * DAY;

/** Finest first; `room` is what a label needs in px. */
const UNITS: Unit[] = [
  { name: "hour", minutes: 15, room: 46 },
  { name: "hour", minutes: 60, room: 46 },
  { name: "hour", minutes: 180, room: 46 },
  { name: "hour", minutes: 360, room: 46 },
  { name: "hour", minutes: 720, room: 46 },
  { name: "day", minutes: DAY, room: 24 },
  { name: "week", minutes: WEEK, room: 44 },
  { name: "month", minutes: 28 * DAY, room: 34 },
];
/** "23日(月)" needs this much; a narrower day has its number only. */
const DAY_WITH_WEEKDAY = 62;

/** Axis between two minutes at so many px a minute. */
export function axisOf(clock: Clock, from: number, to: number, perMinute: number): Axis {
  const unit = UNITS.find((one) => one.minutes * perMinute >= one.room) ?? UNITS[UNITS.length - 1]!;
  const wide = DAY * perMinute >= DAY_WITH_WEEKDAY;
  const fine: Record<Unit["name"], (minute: number) => string> = {
    hour: (minute) => clock.time(minute),
    day: (minute) => (wide ? clock.dayOfMonth(minute) : String(clock.wall(minute).getUTCDate())),
    week: (minute) => (clock.language === "ja" ? `${clock.wall(minute).getUTCDate()}日` : clock.dayOfMonth(minute)),
    month: (minute) => clock.month(minute),
  };
  const starts = unit.name === "month" ? months(clock, from, to, 1) : steps(clock, from, to, unit);
  const ticks = starts.map((minute) => ({
    minute,
    label: fine[unit.name](minute),
    weekend: unit.name === "day" && clock.isWeekend(minute),
  }));
  return { unit: unit.name, ticks, spans: spansOf(clock, from, to, unit.name) };
}

/** Midnights between two minutes. */
export function midnights(clock: Clock, from: number, to: number): number[] {
  return steps(clock, from, to, { minutes: DAY });
}

function steps(clock: Clock, from: number, to: number, unit: { minutes: number }): number[] {
  const shift = unit.minutes === WEEK ? FIRST_MONDAY : 0;
  const found: number[] = [];
  let at = Math.floor((clock.origin + from - shift) / unit.minutes) * unit.minutes + shift - clock.origin;
  for (; at <= to; at += unit.minutes) found.push(at);
  return found;
}

/** First days of every month (or, with 12, of every year). */
function months(clock: Clock, from: number, to: number, each: 1 | 12): number[] {
  const wall = clock.wall(from);
  let month = each === 1 ? wall.getUTCMonth() : 0;
  const found: number[] = [];
  for (;;) {
    const at = clock.minuteOf(Date.UTC(wall.getUTCFullYear(), month, 1));
    if (at > to) return found;
    found.push(at);
    month += each;
  }
}

function spansOf(clock: Clock, from: number, to: number, unit: Unit["name"]): Span[] {
  const starts =
    unit === "hour" ? midnights(clock, from, to) : months(clock, from, to, unit === "month" ? 12 : 1);
  const labels = (at: number): string[] =>
    unit === "hour" ? [clock.shortDay(at), clock.dayOfMonth(at)]
    : unit === "month" ? [clock.year(at)]
    : [clock.monthAndYear(at), clock.month(at)];
  return starts.map((at, index) => ({ from: at, to: starts[index + 1] ?? to, labels: labels(at) }));
}
