// Mouse, touch and keys on the chart. Panning by wheel and finger is the browser's own scrolling.
import type { Chart } from "./chart";
import { nextBar, stepOf } from "./keyboard";

const ZOOM_STEP = 1.5;
/** px that a press may move and still be a click. */
const STILL = 5;
const SLACK = { mouse: 3, finger: 16 };
/** Share of the plot that Shift + arrow moves. */
const MOVE = 0.2;

export type Listener = {
  /** A bar was pressed or opened by Enter. */
  opened(bar: number, by: "pointer" | "key"): void;
  /** A label of a row was pressed. */
  labelled(of: number): void;
  /** Escape, or a press beside every bar. */
  left(): void;
  /** The mouse is on a bar, or on none (-1). */
  hovered(bar: number, clientX: number, clientY: number): void;
};

export function listen(chart: Chart, on: Listener): void {
  mouse(chart, on);
  zooming(chart);
  chart.canvas.addEventListener("keydown", (event) => {
    if (key(chart, on, event)) event.preventDefault();
  });
}

function mouse(chart: Chart, on: Listener): void {
  const { canvas, box } = chart;
  let held: { x: number; y: number; left: number; top: number; moved: boolean } | null = null;
  let finger = false;
  canvas.addEventListener("pointerdown", (event) => {
    finger = event.pointerType !== "mouse";
    if (finger || event.button !== 0) return;
    held = { x: event.clientX, y: event.clientY, left: box.scrollLeft, top: box.scrollTop, moved: false };
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerType !== "mouse") return;
    if (held && event.buttons === 0) held = null;
    if (!held) {
      const bar = chart.at(event.clientX, event.clientY, SLACK.mouse);
      canvas.style.cursor = bar >= 0 ? "pointer" : "grab";
      on.hovered(bar, event.clientX, event.clientY);
      return;
    }
    const [x, y] = [event.clientX - held.x, event.clientY - held.y];
    if (!held.moved && Math.hypot(x, y) > STILL) {
      held.moved = true;
      canvas.setPointerCapture(event.pointerId);
      canvas.style.cursor = "grabbing";
      on.hovered(-1, 0, 0);
    }
    if (held.moved) box.scrollTo({ left: held.left - x, top: held.top - y, behavior: "instant" });
  });
  canvas.addEventListener("pointerleave", () => on.hovered(-1, 0, 0));
  box.addEventListener("scroll", () => on.hovered(-1, 0, 0));
  canvas.addEventListener("click", (event) => {
    const dragged = held?.moved;
    held = null;
    if (dragged) return;
    const bar = chart.at(event.clientX, event.clientY, finger ? SLACK.finger : SLACK.mouse);
    if (bar >= 0) return on.opened(bar, "pointer");
    const label = chart.labelAt(event.clientX, event.clientY);
    if (label >= 0) on.labelled(label);
    else on.left();
  });
}

function zooming(chart: Chart): void {
  const { canvas } = chart;
  canvas.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      chart.zoom(Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.002)), chart.plot(event.clientX, 0).x);
    },
    { passive: false },
  );
  let apart = 0;
  const spread = ({ touches: [one, two] }: TouchEvent): { apart: number; x: number } => ({
    apart: Math.hypot(one!.clientX - two!.clientX, one!.clientY - two!.clientY),
    x: chart.plot((one!.clientX + two!.clientX) / 2, 0).x,
  });
  canvas.addEventListener("touchstart", (event) => {
    if (event.touches.length === 2) apart = spread(event).apart;
  }, { passive: true });
  canvas.addEventListener(
    "touchmove",
    (event) => {
      if (event.touches.length !== 2 || apart === 0) return;
      if (event.cancelable) event.preventDefault();
      const now = spread(event);
      chart.zoom(now.apart / apart, now.x);
      apart = now.apart;
    },
    { passive: false },
  );
}

/** Whether the key was one of the chart's. */
function key(chart: Chart, on: Listener, event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const step = stepOf(event.key);
  if (step && event.shiftKey) return shift(chart, event.key);
  if (step) {
    chart.focus(chart.bar < 0 ? chart.firstSeen() : nextBar(chart.view, chart.plan, chart.bar, step));
    return true;
  }
  switch (event.key) {
    case "Enter":
    case " ":
      if (chart.bar < 0) chart.focus(chart.firstSeen());
      if (chart.bar >= 0) on.opened(chart.bar, "key");
      return true;
    case "Escape":
      on.left();
      return true;
    case "+":
    case ";":
    case "=":
      chart.zoom(ZOOM_STEP);
      return true;
    case "-":
      chart.zoom(1 / ZOOM_STEP);
      return true;
    case "0":
      chart.whole();
      return true;
    default:
      return false;
  }
}

function shift(chart: Chart, name: string): boolean {
  const { width, height } = chart.viewport;
  const way: Record<string, [number, number]> = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
  };
  const found = way[name];
  if (!found) return false;
  chart.box.scrollBy({ left: found[0] * width * MOVE, top: found[1] * height * MOVE, behavior: "instant" });
  return true;
}
