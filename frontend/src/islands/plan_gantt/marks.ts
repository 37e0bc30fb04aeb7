// Signs and patterns, so that nothing is told by colour alone. The legend is drawn with the same functions.
import type { Colours } from "./colours";

type Pen = CanvasRenderingContext2D;

/** Diagonal lines over what is late, dots over set-up. */
export type Patterns = { late: CanvasPattern | null; chosenLate: CanvasPattern | null; setup: CanvasPattern | null };

export function patternsOf(pen: Pen, colours: Colours): Patterns {
  return {
    late: tile(pen, (p) => stripe(p, colours.late)),
    chosenLate: tile(pen, (p) => stripe(p, colours["chosen-ink"])),
    setup: tile(pen, (p) => {
      p.fillStyle = colours.soft;
      p.fillRect(1, 1, 2, 2);
      p.fillRect(5, 5, 2, 2);
    }),
  };
}

function stripe(pen: Pen, colour: string): void {
  pen.strokeStyle = colour;
  pen.lineWidth = 1.5;
  pen.beginPath();
  for (const shift of [-8, 0, 8]) {
    pen.moveTo(shift, 8);
    pen.lineTo(shift + 8, 0);
  }
  pen.stroke();
}

function tile(pen: Pen, draw: (pen: Pen) => void): CanvasPattern | null {
  const ratio = window.devicePixelRatio || 1;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.round(8 * ratio);
  const own = canvas.getContext("2d");
  if (!own) return null;
  own.scale(canvas.width / 8, canvas.height / 8);
  draw(own);
  const pattern = pen.createPattern(canvas, "repeat");
  pattern?.setTransform(new DOMMatrix().scale(8 / canvas.width, 8 / canvas.height));
  return pattern;
}

/** Width that a sign takes. */
export const SIGN = 13;

/** White exclamation mark on a filled square. */
export function lateSign(pen: Pen, x: number, y: number, colours: Colours): void {
  pen.fillStyle = colours.late;
  pen.fillRect(x, y - 6, 11, 12);
  pen.fillStyle = colours.paper;
  pen.fillRect(x + 4.5, y - 4, 2, 5);
  pen.fillRect(x + 4.5, y + 2.5, 2, 2);
}

/** 1 a lock, 2 an arrow that runs, 3 a tick. */
export function freezeSign(pen: Pen, freeze: number, x: number, y: number, colour: string): void {
  pen.strokeStyle = pen.fillStyle = colour;
  pen.lineWidth = 1.6;
  pen.beginPath();
  if (freeze === 1) {
    pen.fillRect(x + 1, y - 1, 9, 6);
    pen.arc(x + 5.5, y - 1.5, 2.8, Math.PI, 0);
    pen.stroke();
  } else if (freeze === 2) {
    pen.moveTo(x + 2, y - 5);
    pen.lineTo(x + 10, y);
    pen.lineTo(x + 2, y + 5);
    pen.fill();
  } else if (freeze === 3) {
    pen.moveTo(x + 1, y);
    pen.lineTo(x + 4.5, y + 4);
    pen.lineTo(x + 10, y - 4);
    pen.stroke();
  }
}

/** A flag on a pole: the due time. */
export function dueFlag(pen: Pen, x: number, top: number, bottom: number, colour: string): void {
  pen.strokeStyle = pen.fillStyle = colour;
  pen.lineWidth = 2;
  pen.beginPath();
  pen.moveTo(x, top + 2);
  pen.lineTo(x, bottom - 2);
  pen.stroke();
  pen.beginPath();
  pen.moveTo(x, top + 2);
  pen.lineTo(x + 9, top + 6);
  pen.lineTo(x, top + 10);
  pen.fill();
}

/** Line with an arrow head: a way between two firms. */
export function leg(pen: Pen, x1: number, y1: number, x2: number, y2: number, colour: string): void {
  pen.strokeStyle = pen.fillStyle = colour;
  pen.lineWidth = 1.5;
  pen.beginPath();
  pen.moveTo(x1, y1);
  pen.lineTo(x2, y2);
  pen.stroke();
  const angle = Math.atan2(y2 - y1, x2 - x1);
  pen.beginPath();
  pen.moveTo(x2, y2);
  pen.lineTo(x2 - 8 * Math.cos(angle - 0.4), y2 - 8 * Math.sin(angle - 0.4));
  pen.lineTo(x2 - 8 * Math.cos(angle + 0.4), y2 - 8 * Math.sin(angle + 0.4));
  pen.fill();
}
