// The canvas and what it shows. It lies still in a box that scrolls natively, so that wheel, touch, inertia and scroll bars
// are the browser's; what has scrolled is painted again.
import { Clock, DAY } from "./clock";
import { type Colours, coloursOf } from "./colours";
import { make } from "./dom";
import { type Patterns, patternsOf } from "./marks";
import { AXIS, paint, type Scene } from "./paint";
import { barsOfOrder, extent, type Plan } from "./plan";
import { firstEndingAfter, laneTop, ROW_PAD, rowAt, type Sizes, type View, type ViewName, viewOf } from "./rows";
import type { Said } from "./said";
import { barAt, fitted, minuteAt, revealing, type Viewport, xOf, zoomed } from "./viewport";

const LEAST_HEIGHT = 320;
/** Share of the window's height that the chart may take. */
const MOST_OF_WINDOW = 0.72;
/** Narrower boxes have narrower labels and show fewer days at first. */
const NARROW = 640;
/** Who asked for contrast gets nothing faded. */
const CONTRAST = ["(forced-colors: active)", "(prefers-contrast: more)"];
const FADED = 0.55;

export class Chart {
  readonly canvas: HTMLCanvasElement;
  readonly box: HTMLElement;
  view: View;
  /** Chosen order and focused bar, -1 for none. */
  order = -1;
  bar = -1;
  /** Called when the choice or the focus has changed. */
  changed: () => void = () => {};

  private readonly pen: CanvasRenderingContext2D;
  private readonly sizer = make("div", { class: "gantt-sizer" });
  private readonly views = new Map<ViewName, View>();
  private readonly sizes: Sizes;
  private readonly first: number;
  private readonly last: number;
  private perMinute = 1;
  private colours!: Colours;
  private patterns!: Patterns;
  private family = "sans-serif";
  private faded = FADED;
  private asked = 0;

  constructor(
    readonly plan: Plan,
    readonly said: Said,
    name: ViewName,
  ) {
    this.canvas = make("canvas", { tabindex: "0", role: "application", "aria-roledescription": said.words.chartRole });
    this.pen = this.canvas.getContext("2d")!;
    this.sizer.append(this.canvas);
    this.box = make("div", { class: "gantt-box" }, this.sizer);
    this.sizes = window.matchMedia("(pointer: coarse)").matches ? { lane: 40, leastRow: 48 } : { lane: 30, leastRow: 44 };
    const [start, end] = extent(plan);
    const clock: Clock = said.clock;
    this.first = clock.midnightBefore(Math.min(0, start));
    this.last = clock.midnightBefore(Math.max(plan.horizon, end)) + DAY;
    this.view = this.viewNamed(name);
    this.box.addEventListener("scroll", () => this.ask());
  }

  /** To be called once, when the box is in the document. */
  start(signal: AbortSignal): void {
    this.readStyle();
    this.size();
    const [first, last] = extent(this.plan);
    const from = (this.plan.now ?? first) - DAY / 4;
    const days = (this.narrow ? 3 : 10) * DAY;
    this.viewport = fitted(this.viewport, from, last > from ? Math.min(from + days, last) : from + days);
    this.paint();
    const seen = new ResizeObserver(() => {
      this.size();
      this.ask();
    });
    seen.observe(this.box);
    signal.addEventListener("abort", () => seen.disconnect());
    const restyle = (): void => {
      this.readStyle();
      this.ask();
    };
    for (const query of CONTRAST) window.matchMedia(query).addEventListener("change", restyle, { signal });
    void document.fonts.ready.then(() => this.ask());
  }

  get narrow(): boolean {
    return this.box.clientWidth < NARROW;
  }

  get labelWidth(): number {
    return this.narrow ? 112 : 208;
  }

  get viewport(): Viewport {
    const { box, first, last, perMinute } = this;
    return {
      first,
      last,
      perMinute,
      left: box.scrollLeft,
      top: box.scrollTop,
      width: Math.max(1, box.clientWidth - this.labelWidth),
      height: Math.max(1, box.clientHeight - AXIS),
    };
  }

  set viewport(next: Viewport) {
    this.perMinute = next.perMinute;
    this.sizer.style.width = `${Math.floor(this.labelWidth + (this.last - this.first) * next.perMinute)}px`;
    this.box.scrollTo({ left: next.left, top: next.top, behavior: "instant" });
    this.ask();
  }

  show(name: ViewName): void {
    this.view = this.viewNamed(name);
    this.size();
    const bar = this.bar >= 0 ? this.bar : (barsOfOrder(this.plan, this.order)[0] ?? -1);
    this.viewport = { ...this.viewport, top: 0 };
    if (bar >= 0) this.reveal(bar);
  }

  focus(bar: number): void {
    this.bar = bar;
    if (bar >= 0) this.reveal(bar);
    this.ask();
    this.changed();
  }

  choose(order: number): void {
    this.order = order;
    this.ask();
    this.changed();
  }

  reveal(bar: number): void {
    this.viewport = revealing(this.viewport, this.view, this.plan, bar);
  }

  /** Scrolls the rows so that the focused bar stands above a height of the window. */
  lift(clientY: number): void {
    if (this.bar < 0) return;
    const edge = this.canvas.getBoundingClientRect();
    const lower = edge.top + AXIS + laneTop(this.view, this.bar) + this.view.laneHeight - this.box.scrollTop;
    if (lower > clientY) this.box.scrollTop += lower - clientY + ROW_PAD;
  }

  /** Scrolls to a row and focuses its first bar of the time that is seen or comes, else its last. */
  goToRow(of: number): void {
    const row = this.view.rows.find((one) => one.of === of);
    if (!row) return;
    const next = firstEndingAfter(this.plan, row.bars, minuteAt(this.viewport, 0));
    this.viewport = { ...this.viewport, top: row.top };
    this.focus(row.bars[next] ?? row.bars.at(-1) ?? -1);
  }

  /** Zooms around a place of the plot; without one, around the focused bar or the middle. */
  zoom(factor: number, x?: number): void {
    const { viewport } = this;
    const own = this.bar < 0 ? -1 : xOf(viewport, this.plan.bars.start[this.bar]!);
    this.viewport = zoomed(viewport, factor, x ?? (own >= 0 && own <= viewport.width ? own : viewport.width / 2));
  }

  whole(): void {
    const [from, to] = extent(this.plan);
    const room = (to - from) * 0.02;
    this.viewport = fitted(this.viewport, from - room, to + room);
  }

  /** One order from its first step to its last and its due time, in the first row that is seen. */
  wholeOrder(order: number): void {
    const { plan, view } = this;
    const { due, finish } = plan.orders[order]!;
    const minutes = barsOfOrder(plan, order).flatMap((bar) => [plan.bars.start[bar]!, plan.bars.end[bar]!]);
    for (const minute of [due, finish]) if (minute !== null) minutes.push(minute);
    if (minutes.length === 0) return;
    const [from, to] = [Math.min(...minutes), Math.max(...minutes)];
    const room = Math.max(DAY / 8, (to - from) * 0.04);
    const row = view.name === "order" ? view.rows.find((one) => one.of === order) : undefined;
    const next = fitted(this.viewport, from - room, to + room);
    this.viewport = { ...next, top: row?.top ?? next.top };
  }

  /** The present a quarter from the left. */
  toNow(): void {
    const { viewport } = this;
    if (this.plan.now === null) return;
    const left = (this.plan.now - this.first) * viewport.perMinute - viewport.width / 4;
    this.viewport = { ...viewport, left };
  }

  /** The bar at a point of the window, -1 for none. */
  at(clientX: number, clientY: number, slack: number): number {
    const { x, y } = this.plot(clientX, clientY);
    return x < 0 || y < 0 ? -1 : barAt(this.viewport, this.view, this.plan, x, y, slack);
  }

  /** Index of what a row is of, where a point of the window is on its label; -1 elsewhere. */
  labelAt(clientX: number, clientY: number): number {
    const { x, y } = this.plot(clientX, clientY);
    return x >= 0 || y < 0 ? -1 : (this.view.rows[rowAt(this.view, y + this.box.scrollTop)]?.of ?? -1);
  }

  /** A point of the window, from the upper left of the plot. */
  plot(clientX: number, clientY: number): { x: number; y: number } {
    const edge = this.canvas.getBoundingClientRect();
    return { x: clientX - edge.left - this.labelWidth, y: clientY - edge.top - AXIS };
  }

  /** The first bar that is seen, by row and time; -1 for none. */
  firstSeen(): number {
    const { viewport, view, plan } = this;
    for (const row of view.rows.slice(rowAt(view, viewport.top))) {
      const bar = row.bars[firstEndingAfter(plan, row.bars, minuteAt(viewport, 0))];
      if (bar !== undefined) return bar;
    }
    return plan.bars.start.length > 0 ? view.rows.find((row) => row.bars.length > 0)!.bars[0]! : -1;
  }

  scene(): Scene {
    const { plan, view, viewport, said, colours, patterns, family, labelWidth, order, bar, faded } = this;
    return { plan, view, viewport, said, colours, patterns, family, labelWidth, order, bar, faded };
  }

  /** Paints with the next frame. */
  ask(): void {
    this.asked ||= requestAnimationFrame(() => this.paint());
  }

  private paint(): void {
    cancelAnimationFrame(this.asked);
    this.asked = 0;
    const ratio = window.devicePixelRatio || 1;
    const { clientWidth, clientHeight } = this.box;
    if (clientWidth === 0) return;
    const [width, height] = [Math.round(clientWidth * ratio), Math.round(clientHeight * ratio)];
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
      this.canvas.style.width = `${clientWidth}px`;
      this.canvas.style.height = `${clientHeight}px`;
    }
    this.pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    paint(this.pen, this.scene());
  }

  private viewNamed(name: ViewName): View {
    let view = this.views.get(name);
    if (!view) this.views.set(name, (view = viewOf(this.plan, name, this.sizes)));
    this.canvas.setAttribute("aria-label", this.said.words.chartLabel(this.said.words.views[name]));
    return view;
  }

  /** Heights after the rows and the window; the scale stays, unless the plot is now wider than everything. */
  private size(): void {
    const bar = this.box.offsetHeight - this.box.clientHeight;
    const most = Math.max(LEAST_HEIGHT, window.innerHeight * MOST_OF_WINDOW);
    this.box.style.height = `${Math.min(this.view.height + AXIS + bar + 2, most)}px`;
    this.sizer.style.height = `${this.view.height + AXIS}px`;
    if (this.box.clientWidth > 0) this.viewport = zoomed(this.viewport, 1, 0);
  }

  private readStyle(): void {
    this.colours = coloursOf(this.box);
    this.patterns = patternsOf(this.pen, this.colours);
    this.family = getComputedStyle(this.box).fontFamily;
    this.faded = CONTRAST.some((query) => window.matchMedia(query).matches) ? 1 : FADED;
  }
}
