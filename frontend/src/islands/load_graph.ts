// Hours of work a week against the hours that are open, of one machine or of all: small bars and the same numbers in a table.
//
// <div data-island="load_graph" data-src="…"></div>, which answers
// {"weeks": ["11/23〜", …], "rows": [{"label": "…", "open_h": [40, …], "busy_h": [32.5, …]}, …]}
import { button, make } from "./plan_gantt/dom";
import { pageLanguage } from "./plan_gantt/words";

export type Load = { weeks: string[]; rows: LoadRow[] };
export type LoadRow = { label: string; open_h: number[]; busy_h: number[] };

/** A week's column in px from the bottom: work within the open hours, work beyond them, hours left. */
export type Column = { busy: number; over: number; free: number };

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 220;
const LEAST_WIDTH = 240;
const EDGE = { top: 34, right: 8, bottom: 24, left: 52 };
/** px that a number above a column, and a week's name below it, need. */
const ROOM = { number: 52, week: 56 };

const WORDS = {
  ja: {
    all: "すべての機械",
    which: "機械",
    loading: "負荷を読み込んでいます…",
    failed: "負荷を読み込めませんでした。通信を確かめて、もう一度読み込んでください。",
    again: "もう一度読み込む",
    empty: "負荷を数えられる機械がまだありません。機械の稼働時間を登録すると、ここに出ます。",
    week: "週",
    busy: "予定",
    over: "稼働時間を超える予定",
    free: "空き",
    open: "稼働時間",
    unit: "時間",
    rate: "負荷率",
    table: "数字を表で見る",
    hours: (value: number) => `${value.toLocaleString("ja", { maximumFractionDigits: 1 })}時間`,
    said: (label: string, full: number, of: number) => `${label}の週ごとの負荷。${of}週のうち${full}週で稼働時間を超えています。`,
  },
  en: {
    all: "All machines",
    which: "Machine",
    loading: "Loading the load…",
    failed: "The load could not be loaded. Check the connection and load it again.",
    again: "Load again",
    empty: "No machine has a known load yet. Enter when the machines are open; they will stand here then.",
    week: "Week",
    busy: "Planned",
    over: "Planned beyond the open hours",
    free: "Free",
    open: "Open hours",
    unit: "hours",
    rate: "Load",
    table: "Show the numbers as a table",
    hours: (value: number) => `${value.toLocaleString("en", { maximumFractionDigits: 1 })} h`,
    said: (label: string, full: number, of: number) => `Load of ${label} by week. ${full} of ${of} weeks are over the open hours.`,
  },
};

/** All rows as one. */
export function total(load: Load, label: string): LoadRow {
  const sum = (name: "open_h" | "busy_h"): number[] =>
    load.weeks.map((_, week) => load.rows.reduce((all, row) => all + (row[name][week] ?? 0), 0));
  return { label, open_h: sum("open_h"), busy_h: sum("busy_h") };
}

/** A round number of hours that the axis ends at: nothing is higher. */
export function ceiling(row: LoadRow): number {
  const most = Math.max(1, ...row.open_h, ...row.busy_h);
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10].map((times) => times * power).find((value) => value >= most)!;
}

export function columnOf(open: number, busy: number, perHour: number): Column {
  return {
    busy: Math.min(open, busy) * perHour,
    over: Math.max(0, busy - open) * perHour,
    free: Math.max(0, open - busy) * perHour,
  };
}

let mounted = 0;

export function mount(element: HTMLElement): void {
  void load(element);
}

async function load(element: HTMLElement): Promise<void> {
  const words = WORDS[pageLanguage()];
  element.replaceChildren(make("p", { role: "status" }, words.loading));
  try {
    const answer = await fetch(element.dataset["src"] ?? "", { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    build(element, (await answer.json()) as Load);
  } catch (error) {
    console.error(error);
    const again = button(words.again, () => void load(element));
    element.replaceChildren(make("div", { class: "message error", role: "alert" }, words.failed, " ", again));
  }
}

function build(element: HTMLElement, load: Load): void {
  const words = WORDS[pageLanguage()];
  if (load.rows.length === 0 || load.weeks.length === 0) {
    element.replaceChildren(make("p", { class: "empty" }, words.empty));
    return;
  }
  const id = `load-${++mounted}`;
  const rows = load.rows.length > 1 ? [total(load, words.all), ...load.rows] : load.rows;
  const select = make("select", { id }, ...rows.map((row, at) => make("option", { value: String(at) }, row.label)));
  const place = make("div");
  const table = make("div", { class: "wide", tabindex: "0", role: "group", "aria-label": words.table });
  const chosen = (): LoadRow => rows[Number(select.value)]!;
  let width = 0;
  const draw = (): void => {
    width = place.clientWidth;
    if (width > 0) place.replaceChildren(picture(load.weeks, chosen(), Math.max(width, LEAST_WIDTH), `${id}-over`));
  };
  const show = (): void => {
    draw();
    table.replaceChildren(numbers(load.weeks, chosen()));
  };
  select.addEventListener("change", show);
  element.replaceChildren(
    make(
      "div",
      { class: "load-graph" },
      ...(rows.length > 1 ? [make("label", { for: id }, words.which), select] : []),
      place,
      legend(`${id}-over`),
      make("details", {}, make("summary", {}, words.table), table),
    ),
  );
  show();
  new ResizeObserver(() => {
    if (place.clientWidth !== width) draw();
  }).observe(place);
}

function picture(weeks: string[], row: LoadRow, width: number, pattern: string): SVGSVGElement {
  const words = WORDS[pageLanguage()];
  const most = ceiling(row);
  const perHour = (HEIGHT - EDGE.top - EDGE.bottom) / most;
  const floor = HEIGHT - EDGE.bottom;
  const each = (width - EDGE.left - EDGE.right) / weeks.length;
  const full = weeks.filter((_, week) => (row.busy_h[week] ?? 0) > (row.open_h[week] ?? 0)).length;
  const svg = shape("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, role: "img", "aria-label": words.said(row.label, full, weeks.length) });
  svg.append(stripes(pattern));
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    const y = floor - share * most * perHour;
    svg.append(shape("line", { class: "load-axis", x1: EDGE.left, x2: width - EDGE.right, y1: y, y2: y }));
    if (share * 2 === Math.round(share * 2)) {
      svg.append(text((share * most).toLocaleString(), EDGE.left - 4, y + 4, "end"));
    }
  }
  svg.append(text(words.unit, 6, 15, "start"));
  const skip = Math.ceil(ROOM.week / each);
  weeks.forEach((week, at) => {
    const [open, busy] = [row.open_h[at] ?? 0, row.busy_h[at] ?? 0];
    const column = columnOf(open, busy, perHour);
    const x = EDGE.left + at * each + each * 0.15;
    const group = shape("g", {});
    const title = shape("title", {});
    title.textContent = `${week} ${words.busy} ${words.hours(busy)} / ${words.open} ${words.hours(open)}`;
    const part = (kind: string, from: number, height: number, fill?: string): void => {
      if (height <= 0) return;
      group.append(shape("rect", { class: `load-${kind}`, x, y: floor - from - height, width: each * 0.7, height, ...(fill && { fill }) }));
    };
    part("busy", 0, column.busy);
    part("free", column.busy, column.free);
    part("over", column.busy, column.over, `url(#${pattern})`);
    group.append(title);
    const upper = floor - column.busy - column.free - column.over;
    const rate = (column.over > 0 ? "⚠ " : "") + (open > 0 ? `${Math.round((100 * busy) / open)}%` : "");
    if (each >= ROOM.number && rate) group.append(text(rate, x + each * 0.35, upper - 6, "middle"));
    if (at % skip === 0) group.append(text(week, x + each * 0.35, HEIGHT - 7, "middle"));
    svg.append(group);
  });
  return svg;
}

function legend(pattern: string): HTMLElement {
  const words = WORDS[pageLanguage()];
  const item = (kind: "busy" | "free" | "over"): HTMLElement => {
    const svg = shape("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" });
    const fill = kind === "over" ? `url(#${pattern})` : "";
    svg.append(shape("rect", { class: `load-${kind}`, x: 1, y: 1, width: 18, height: 18, ...(fill && { fill }) }));
    return make("li", {}, svg, words[kind]);
  };
  return make("ul", { class: "load-legend" }, item("busy"), item("free"), item("over"));
}

function stripes(id: string): SVGElement {
  const pattern = shape("pattern", { id, width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" });
  pattern.append(shape("line", { class: "load-stripe", x1: 0, y1: 0, x2: 0, y2: 6 }));
  return pattern;
}

function numbers(weeks: string[], row: LoadRow): HTMLTableElement {
  const words = WORDS[pageLanguage()];
  const heads = [words.week, words.busy, words.open, words.rate];
  return make(
    "table",
    { class: "rows" },
    make("caption", { class: "hidden" }, row.label),
    make("thead", {}, make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, head)))),
    make("tbody", {}, ...weeks.map((week, at) => {
      const [open, busy] = [row.open_h[at] ?? 0, row.busy_h[at] ?? 0];
      const rate = open > 0 ? `${Math.round((100 * busy) / open)}%` : "—";
      const cells = [words.hours(busy), words.hours(open), busy > open ? `⚠ ${rate}(${words.over})` : rate];
      return make("tr", {}, make("th", { scope: "row" }, week), ...cells.map((cell) => make("td", { class: "number" }, cell)));
    })),
  );
}

function text(content: string, x: number, y: number, anchor: "start" | "middle" | "end"): SVGElement {
  const element = shape("text", { x, y, "text-anchor": anchor });
  element.textContent = content;
  return element;
}

function shape<K extends keyof SVGElementTagNameMap>(name: K, attributes: Record<string, string | number>): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}
