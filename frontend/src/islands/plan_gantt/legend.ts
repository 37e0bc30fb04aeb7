// What the signs mean, drawn with the chart's own functions.
import type { Chart } from "./chart";
import { coloursOf } from "./colours";
import { make } from "./dom";
import { dueFlag, freezeSign, lateSign, leg, patternsOf } from "./marks";
import type { Words } from "./words";

const WIDTH = 30;
const HEIGHT = 20;

export function legend(chart: Chart): HTMLElement {
  const element = make("details", { class: "gantt-legend" }, make("summary", {}, chart.said.words.legend));
  // Drawn when it is opened: only then are the styles known.
  element.addEventListener("toggle", () => {
    element.querySelector("ul")?.remove();
    if (element.open) element.append(signs(chart));
  });
  return element;
}

export function signs(chart: Chart): HTMLElement {
  const { words } = chart.said;
  const marks = Object.keys(words.marks) as (keyof Words["marks"])[];
  return make("ul", { class: "gantt-signs" }, ...marks.map((mark) =>
    make("li", {}, picture(chart.box, mark), words.marks[mark])));
}

function picture(styled: HTMLElement, mark: keyof Words["marks"]): HTMLCanvasElement {
  const canvas = make("canvas", { width: String(WIDTH * 2), height: String(HEIGHT * 2), "aria-hidden": "true" });
  const pen = canvas.getContext("2d")!;
  pen.scale(2, 2);
  const colours = coloursOf(styled);
  const patterns = patternsOf(pen, colours);
  const bar = (fill: string | CanvasPattern, line: string, thick: number): void => {
    pen.fillStyle = fill;
    pen.fillRect(0, 0, WIDTH, HEIGHT);
    pen.strokeStyle = line;
    pen.lineWidth = thick;
    pen.strokeRect(thick / 2, thick / 2, WIDTH - thick, HEIGHT - thick);
  };
  const freeze = { committed: 1, running: 2, done: 3 } as const;
  switch (mark) {
    case "late":
      bar(colours["late-wash"], colours.late, 1);
      pen.fillStyle = patterns.late ?? colours.late;
      pen.fillRect(0, HEIGHT - 6, WIDTH, 6);
      lateSign(pen, 4, 8, colours);
      break;
    case "committed":
    case "running":
    case "done":
      bar(mark === "done" ? colours.done : colours.bar, colours["bar-line"], 2);
      freezeSign(pen, freeze[mark], 9, HEIGHT / 2, colours.ink);
      break;
    case "setup":
      pen.fillStyle = patterns.setup ?? colours.soft;
      pen.fillRect(0, HEIGHT / 4, WIDTH, HEIGHT / 2);
      break;
    case "closed":
      bar(colours.closed, colours.grid, 1);
      break;
    case "leg":
      leg(pen, 2, HEIGHT - 3, WIDTH - 3, 4, colours.ink);
      break;
    case "due":
      dueFlag(pen, 10, 0, HEIGHT, colours.ink);
      break;
  }
  return canvas;
}
