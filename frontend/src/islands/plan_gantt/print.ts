// On paper: the time that is seen, all rows that have work in it, cut between rows so that a page ends where a piece ends.
import type { Chart } from "./chart";
import { make } from "./dom";
import { signs } from "./legend";
import { AXIS, paint, type Scene } from "./paint";
import { firstEndingAfter, type Row, type View } from "./rows";
import { minuteAt } from "./viewport";

/** Size of a piece in px; it is scaled to the width of the page. */
const WIDTH = 860;
const PIECE = 330;
const LABELS = 180;
const SHARPNESS = 2;

export function printing(chart: Chart, place: HTMLElement, signal: AbortSignal): void {
  window.addEventListener("beforeprint", () => place.replaceChildren(...pieces(chart)), { signal });
  window.addEventListener("afterprint", () => place.replaceChildren(), { signal });
}

function pieces(chart: Chart): HTMLElement[] {
  // The table is shown: it is printed as it is.
  if (chart.box.clientWidth === 0) return [];
  const scene = chart.scene();
  const { said, viewport } = scene;
  const [from, to] = [minuteAt(viewport, 0), minuteAt(viewport, viewport.width)];
  const view = rowsWithWork(scene, from, to);
  const perMinute = (WIDTH - LABELS) / (to - from);
  const heading = make("p", {}, [
    said.words.chartLabel(said.words.views[view.name]),
    said.words.printed(said.clock.moment(from), said.clock.moment(to)),
  ].join(" "));
  const canvases = cuts(view.rows).map(([top, height]) => {
    const canvas = make("canvas", { width: String(WIDTH * SHARPNESS), height: String((AXIS + height) * SHARPNESS) });
    const pen = canvas.getContext("2d")!;
    pen.scale(SHARPNESS, SHARPNESS);
    paint(pen, {
      ...scene,
      view,
      bar: -1,
      labelWidth: LABELS,
      viewport: { ...viewport, perMinute, left: (from - viewport.first) * perMinute, top, width: WIDTH - LABELS, height },
    });
    return canvas;
  });
  return [heading, signs(chart), ...canvases];
}

/** Rows with a bar in that time, and those of the chosen order, moved together. */
function rowsWithWork({ plan, view, order }: Scene, from: number, to: number): View {
  const rowOf = view.rowOf.slice();
  const rows: Row[] = [];
  let top = 0;
  view.rows.forEach((row, index) => {
    const seen = row.lanes.some((lane) => {
      const bar = lane[firstEndingAfter(plan, lane, from)];
      return bar !== undefined && plan.bars.start[bar]! < to;
    });
    if (!seen && !row.bars.some((bar) => plan.bars.order[bar] === order)) return;
    for (const bar of row.bars) rowOf[bar] = rows.length;
    rows.push({ ...row, top });
    top += view.rows[index]!.height;
  });
  return { ...view, rows, rowOf, height: top };
}

/** Upper edge and height of pieces; a row goes to the next piece unless it is taller than one. */
export function cuts(rows: readonly Pick<Row, "top" | "height">[]): [number, number][] {
  const found: [number, number][] = [];
  const last = rows[rows.length - 1];
  const bottom = last ? last.top + last.height : 0;
  let top = 0;
  while (top < bottom) {
    const whole = rows.filter((row) => row.top + row.height > top && row.top + row.height <= top + PIECE).at(-1);
    const end = whole ? whole.top + whole.height : Math.min(top + PIECE, bottom);
    found.push([top, end - top]);
    top = end;
  }
  return found;
}
