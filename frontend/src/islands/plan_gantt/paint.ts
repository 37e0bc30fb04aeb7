// One pass over what is seen: background, bars, marks, then axis and labels over them.
import { type Axis, axisOf, midnights } from "./axis";
import { DAY } from "./clock";
import type { Colours } from "./colours";
import { dueFlag, freezeSign, lateSign, leg, type Patterns, SIGN } from "./marks";
import { type Leg, legsOfOrder, type Plan } from "./plan";
import { firstEndingAfter, laneTop, type Row, rowAt, type View } from "./rows";
import { fit, type Said } from "./said";
import { LEAST_BAR, minuteAt, type Viewport, xOf } from "./viewport";

export const AXIS = 48;
const LETTERS = 12;
const LABELS = 13;
/** Below this width a bar has neither border nor pattern. */
const DETAILED = 6;
/** Days narrower than this show no closing hours. */
const LEAST_DAY = 8;

export type Scene = {
  plan: Plan;
  view: View;
  viewport: Viewport;
  said: Said;
  colours: Colours;
  patterns: Patterns;
  family: string;
  labelWidth: number;
  /** Chosen order and focused bar, -1 for none. */
  order: number;
  bar: number;
  /** Opacity of what is not of the chosen order. */
  faded: number;
};

/** Draws a scene at the upper left of the canvas, labels and axis included. */
export function paint(pen: CanvasRenderingContext2D, scene: Scene): void {
  new Painter(pen, scene).paint();
}

const widths = new Map<string, Map<string, number>>();

class Painter {
  private readonly from: number;
  private readonly to: number;
  private readonly rows: Row[];
  private advance = new Map<string, number>();

  constructor(
    private readonly pen: CanvasRenderingContext2D,
    private readonly scene: Scene,
  ) {
    const { viewport, view } = scene;
    this.from = minuteAt(viewport, 0);
    this.to = minuteAt(viewport, viewport.width);
    this.rows = view.rows.slice(rowAt(view, viewport.top), rowAt(view, viewport.top + viewport.height) + 1);
  }

  paint(): void {
    const { pen, scene } = this;
    const { viewport, labelWidth, colours } = scene;
    const axis = axisOf(scene.said.clock, this.from, this.to, viewport.perMinute);
    pen.textBaseline = "middle";
    pen.fillStyle = colours.paper;
    pen.fillRect(0, 0, labelWidth + viewport.width, AXIS + viewport.height);
    pen.save();
    pen.beginPath();
    pen.rect(labelWidth, AXIS, viewport.width, viewport.height);
    pen.clip();
    pen.translate(labelWidth, AXIS - viewport.top);
    this.background(axis);
    this.letter(LETTERS);
    for (const row of this.rows) this.bars(row);
    this.dueMarks();
    this.legs();
    this.upright(scene.plan.now, colours.now, []);
    this.focus();
    pen.restore();
    this.axis(axis);
    this.labels();
  }

  private x(minute: number): number {
    return xOf(this.scene.viewport, minute);
  }

  private letter(size: number, weight = "400"): void {
    const font = `${weight} ${size}px ${this.scene.family}`;
    this.pen.font = font;
    const known = widths.get(font);
    if (known) this.advance = known;
    else widths.set(font, (this.advance = new Map()));
  }

  private write(text: string, x: number, y: number, room: number): void {
    const shown = fit(text, room, (letter) => {
      let width = this.advance.get(letter);
      if (width === undefined) this.advance.set(letter, (width = this.pen.measureText(letter).width));
      return width;
    });
    if (shown) this.pen.fillText(shown, x, y);
  }

  private background(axis: Axis): void {
    const { pen, scene } = this;
    const { colours, viewport, view, said } = scene;
    const last = this.rows[this.rows.length - 1];
    const bottom = last ? last.top + last.height : viewport.top;
    if (viewport.perMinute * DAY >= LEAST_DAY) {
      pen.fillStyle = colours.closed;
      for (const row of this.rows) this.closed(row);
    }
    pen.fillStyle = colours.grid;
    for (const tick of axis.ticks) pen.fillRect(Math.round(this.x(tick.minute)), viewport.top, 1, bottom - viewport.top);
    if (axis.unit === "hour") {
      for (const day of midnights(said.clock, this.from, this.to)) {
        pen.fillRect(Math.round(this.x(day)), viewport.top, 2, bottom - viewport.top);
      }
    }
    for (const row of this.rows) {
      if (view.name === "order" && row.of === scene.order) {
        pen.fillStyle = colours.halo;
        pen.fillRect(0, row.top, viewport.width, 2);
        pen.fillRect(0, row.top + row.height - 2, viewport.width, 2);
        pen.fillStyle = colours.grid;
      } else pen.fillRect(0, row.top + row.height - 1, viewport.width, 1);
    }
  }

  /** Grey where nobody works: after the machine's calendar, or on weekends where the row is not one machine. */
  private closed(row: Row): void {
    const { plan, view, said } = this.scene;
    if (view.name !== "machine") {
      for (const day of midnights(said.clock, this.from, this.to)) {
        if (said.clock.isWeekend(day)) this.shade(day, day + DAY, row);
      }
      return;
    }
    const open = plan.open[String(row.of)];
    if (!open) return;
    let free = Math.max(0, this.from);
    for (const [start, end] of open) {
      if (end <= free) continue;
      if (start > this.to) break;
      if (start > free) this.shade(free, start, row);
      free = end;
    }
    // After the last interval that was sent nothing is known, unless it is within the horizon.
    if (free < Math.min(this.to, plan.horizon)) this.shade(free, Math.min(this.to, plan.horizon), row);
  }

  private shade(from: number, to: number, row: Row): void {
    const left = Math.max(0, this.x(from));
    const right = Math.min(this.scene.viewport.width, this.x(to));
    if (right - left >= 1) this.pen.fillRect(left, row.top, right - left, row.height);
  }

  private bars(row: Row): void {
    const { plan, view, viewport } = this.scene;
    const { start, end } = plan.bars;
    for (const lane of row.lanes) {
      const top = laneTop(view, lane[0]!);
      if (top > viewport.top + viewport.height || top + view.laneHeight < viewport.top) continue;
      for (let at = firstEndingAfter(plan, lane, this.from); at < lane.length; at++) {
        const bar = lane[at]!;
        if (start[bar]! - plan.bars.setup[bar]! > this.to) break;
        const left = this.x(start[bar]!);
        this.bar(bar, left, Math.max(LEAST_BAR, this.x(end[bar]!) - left), top + 2, view.laneHeight - 4);
      }
    }
  }

  private bar(bar: number, x: number, width: number, top: number, height: number): void {
    const { pen, scene } = this;
    const { plan, colours, patterns } = scene;
    const late = plan.bars.late[bar] === 1;
    const freeze = plan.bars.freeze[bar]!;
    const chosen = scene.order === plan.bars.order[bar];
    pen.globalAlpha = scene.order >= 0 && !chosen ? scene.faded : 1;
    const setup = plan.bars.setup[bar]! * scene.viewport.perMinute;
    if (setup >= 2) {
      pen.fillStyle = patterns.setup ?? colours.soft;
      pen.fillRect(x - setup, top + height / 4, setup, height / 2);
    }
    pen.fillStyle = chosen ? (late ? colours.late : colours.chosen)
      : late ? colours["late-wash"] : freeze === 3 ? colours.done : colours.bar;
    if (width < DETAILED) {
      // No room for a pattern: what is late stands out by its height.
      pen.fillStyle = late ? colours.late : chosen ? colours.chosen : colours["bar-line"];
      const inset = late ? 0 : 3;
      pen.fillRect(x, top + inset, width - 0.5, height - 2 * inset);
      pen.globalAlpha = 1;
      return;
    }
    pen.fillRect(x, top, width, height);
    const strip = height < 20 ? 3 : 6;
    if (late) {
      pen.fillStyle = (chosen ? patterns.chosenLate : patterns.late) ?? colours.late;
      pen.fillRect(x, top + height - strip, width, strip);
    }
    pen.strokeStyle = late ? colours.late : chosen ? colours.ink : colours["bar-line"];
    pen.lineWidth = freeze > 0 || chosen ? 2 : 1;
    const half = pen.lineWidth / 2;
    pen.strokeRect(x + half, top + half, width - 2 * half, height - 2 * half);
    this.inside(bar, x, width, top + (height - (late ? strip : 0)) / 2 + 0.5, chosen);
    pen.globalAlpha = 1;
  }

  /** Signs and name, from the part of the bar that is seen. */
  private inside(bar: number, x: number, width: number, y: number, chosen: boolean): void {
    const { pen, scene } = this;
    const { plan, colours } = scene;
    const right = Math.min(x + width, scene.viewport.width) - 3;
    let at = Math.max(x, 0) + 4;
    if (plan.bars.late[bar] && right - at >= SIGN - 2) {
      lateSign(pen, at, y, colours);
      at += SIGN + 1;
    }
    const ink = chosen ? colours["chosen-ink"] : colours.ink;
    if (plan.bars.freeze[bar]! > 0 && right - at >= SIGN - 2) {
      freezeSign(pen, plan.bars.freeze[bar]!, at, y, ink);
      at += SIGN;
    }
    if (right - at < 2 * LETTERS) return;
    pen.fillStyle = ink;
    this.write(scene.said.bar(scene.view, bar), at, y + 0.5, right - at);
  }

  private dueMarks(): void {
    const { pen, scene } = this;
    const { plan, view, viewport, colours, order } = scene;
    if (view.name === "order") {
      for (const row of this.rows) {
        const due = plan.orders[row.of]!.due;
        if (due === null || due < this.from || due > this.to) continue;
        dueFlag(pen, this.x(due), row.top, row.top + row.height, plan.orders[row.of]!.late > 0 ? colours.late : colours.ink);
      }
    } else if (order >= 0) {
      const { due, late } = plan.orders[order]!;
      this.upright(due, late > 0 ? colours.late : colours.ink, [6, 4]);
      if (due !== null) dueFlag(pen, this.x(due), viewport.top, viewport.top + 20, late > 0 ? colours.late : colours.ink);
    }
  }

  private upright(minute: number | null, colour: string, dash: number[]): void {
    if (minute === null || minute < this.from || minute > this.to) return;
    const { pen } = this;
    const { viewport } = this.scene;
    pen.strokeStyle = colour;
    pen.lineWidth = 2;
    pen.setLineDash(dash);
    pen.beginPath();
    pen.moveTo(this.x(minute), viewport.top);
    pen.lineTo(this.x(minute), viewport.top + viewport.height);
    pen.stroke();
    pen.setLineDash([]);
  }

  private legs(): void {
    const { plan, order, colours } = this.scene;
    if (order < 0) return;
    for (const one of legsOfOrder(plan, order)) {
      const from = this.middle(one, "fromBar");
      const to = this.middle(one, "toBar");
      if (from === null || to === null) continue;
      this.waiting(from, one.fromBar < 0 ? one.start : plan.bars.end[one.fromBar]!, one.start);
      leg(this.pen, this.x(one.start), from, this.x(one.end), to, colours.ink);
      this.waiting(to, one.end, one.toBar < 0 ? one.end : plan.bars.start[one.toBar]!);
    }
  }

  /** Dashes from the work to the start of the way, and from its end to the next work. */
  private waiting(y: number, from: number, to: number): void {
    const { pen } = this;
    pen.strokeStyle = this.scene.colours.soft;
    pen.lineWidth = 1;
    pen.setLineDash([3, 3]);
    pen.beginPath();
    pen.moveTo(this.x(from), y);
    pen.lineTo(this.x(to), y);
    pen.stroke();
    pen.setLineDash([]);
  }

  /** Height of one end of a way; that of the other end where it leaves the plan. */
  private middle(one: Leg, end: "fromBar" | "toBar"): number | null {
    const bar = one[end] >= 0 ? one[end] : Math.max(one.fromBar, one.toBar);
    return bar < 0 ? null : laneTop(this.scene.view, bar) + this.scene.view.laneHeight / 2;
  }

  private focus(): void {
    const { pen, scene } = this;
    const { plan, view, bar, colours } = scene;
    if (bar < 0) return;
    const left = this.x(plan.bars.start[bar]!);
    const width = Math.max(LEAST_BAR, this.x(plan.bars.end[bar]!) - left);
    const top = laneTop(view, bar);
    for (const [colour, out] of [[colours.halo, 3], [colours.focus, 1]] as const) {
      pen.strokeStyle = colour;
      pen.lineWidth = 2;
      pen.strokeRect(left - out, top + 2 - out, width + 2 * out, view.laneHeight - 4 + 2 * out);
    }
  }

  private axis(axis: Axis): void {
    const { pen, scene } = this;
    const { viewport, labelWidth, colours, plan, said } = scene;
    pen.save();
    pen.fillStyle = colours.head;
    pen.fillRect(0, 0, labelWidth + viewport.width, AXIS);
    pen.beginPath();
    pen.rect(labelWidth, 0, viewport.width, AXIS);
    pen.clip();
    pen.translate(labelWidth, 0);
    this.letter(LABELS, "700");
    for (const span of axis.spans) {
      const left = Math.max(0, this.x(span.from));
      const right = Math.min(viewport.width, this.x(span.to));
      pen.fillStyle = colours.soft;
      pen.fillRect(Math.round(this.x(span.from)), 0, 1, AXIS / 2);
      pen.fillStyle = colours.ink;
      const fits = span.labels.find((label) => pen.measureText(label).width <= right - left - 10);
      if (fits) pen.fillText(fits, left + 6, 13);
    }
    this.letter(LETTERS);
    const room = axis.ticks.length > 1 ? this.x(axis.ticks[1]!.minute) - this.x(axis.ticks[0]!.minute) : viewport.width;
    for (const tick of axis.ticks) {
      const x = this.x(tick.minute);
      if (tick.weekend) {
        pen.fillStyle = colours.closed;
        pen.fillRect(x, AXIS / 2, room, AXIS / 2);
      }
      pen.fillStyle = colours.soft;
      pen.fillRect(Math.round(x), AXIS / 2 + 2, 1, AXIS / 2 - 2);
      pen.fillStyle = colours.ink;
      this.write(tick.label, x + 4, 36, axis.unit === "hour" ? room + 6 : room - 4);
    }
    if (plan.now !== null && plan.now >= this.from && plan.now <= this.to) this.tag(plan.now, said.words.now);
    pen.restore();
    pen.fillStyle = colours.soft;
    pen.fillRect(0, AXIS - 1, labelWidth + viewport.width, 1);
  }

  /** Name of an upright line, on the axis. */
  private tag(minute: number, word: string): void {
    const { pen, scene } = this;
    const text = `${word} ${scene.said.clock.time(minute)}`;
    this.letter(LETTERS, "700");
    const width = pen.measureText(text).width + 10;
    const left = Math.max(0, Math.min(this.x(minute) - width / 2, scene.viewport.width - width));
    pen.fillStyle = scene.colours.now;
    pen.fillRect(left, AXIS - 22, width, 21);
    pen.fillStyle = scene.colours.paper;
    pen.fillText(text, left + 5, AXIS - 11);
  }

  private labels(): void {
    const { pen, scene } = this;
    const { view, viewport, labelWidth, colours, said, plan } = scene;
    pen.save();
    pen.beginPath();
    pen.rect(0, AXIS, labelWidth, viewport.height);
    pen.clip();
    pen.fillStyle = colours.paper;
    pen.fillRect(0, AXIS, labelWidth, viewport.height);
    const own = scene.order < 0 ? [] : plan.bars.order.flatMap((order, bar) => (order === scene.order ? [view.rowOf[bar]!] : []));
    const marked = new Set(own.map((row) => view.rows[row]!.of));
    for (const row of this.rows) {
      const top = AXIS + row.top - viewport.top;
      pen.fillStyle = colours.grid;
      pen.fillRect(0, top + row.height - 1, labelWidth, 1);
      if (marked.has(row.of)) {
        pen.fillStyle = colours.chosen;
        pen.fillRect(0, top + 1, 5, row.height - 3);
      }
      this.label(said.row(view, row.of), row, top, view.name === "order" && plan.orders[row.of]!.late > 0);
    }
    pen.fillStyle = colours.soft;
    pen.fillRect(labelWidth - 1, AXIS, 1, viewport.height);
    pen.restore();
    pen.fillRect(labelWidth - 1, 0, 1, AXIS);
  }

  /** The two lines of a row, kept in sight while a part of the row is. */
  private label([first, second]: [string, string], row: Row, top: number, late: boolean): void {
    const { pen, scene } = this;
    const { labelWidth, colours } = scene;
    const needed = second ? 36 : 20;
    const y = Math.max(top + 4, Math.min(AXIS + 4, top + row.height - needed));
    let x = 9;
    if (late) {
      lateSign(pen, x, y + 9, colours);
      x += SIGN + 1;
    }
    this.letter(LABELS, "700");
    pen.fillStyle = colours.ink;
    this.write(first, x, y + 9, labelWidth - x - 5);
    if (!second) return;
    this.letter(LETTERS);
    pen.fillStyle = colours.soft;
    this.write(second, 9, y + 26, labelWidth - 14);
  }
}
