import { describe, expect, it } from "vitest";
import { laneTop, viewOf } from "../../src/islands/plan_gantt/rows";
import { barAt, fitted, minuteAt, revealing, type Viewport, xOf, zoomed } from "../../src/islands/plan_gantt/viewport";
import { aPlan, doubleBooked } from "./a_plan";

const SIZES = { lane: 30, leastRow: 44 };
const viewport: Viewport = { first: 0, last: 5760, perMinute: 0.5, left: 100, top: 0, width: 800, height: 100 };

describe("viewport", () => {
  it("turns minutes into px and back", () => {
    expect(xOf(viewport, 480)).toBe(140);
    expect(minuteAt(viewport, 140)).toBe(480);
  });
  it("zooms around a point, which stays where it is", () => {
    for (const factor of [0.8, 1.5, 3]) {
      const next = zoomed(viewport, factor, 300);
      expect(minuteAt(next, 300)).toBeCloseTo(minuteAt(viewport, 300), 6);
      expect(next.perMinute).toBeCloseTo(0.5 * factor, 6);
    }
  });
  it("zooms no further out than the whole and no nearer than 4 px a minute", () => {
    const out = zoomed(viewport, 0.0001, 300);
    expect(out.left).toBe(0);
    expect(xOf(out, 5760)).toBeCloseTo(800, 6);
    expect(zoomed(viewport, 1000, 300).perMinute).toBe(4);
  });
  it("fits a time into the width", () => {
    const next = fitted(viewport, 1000, 2000);
    expect(xOf(next, 1000)).toBeCloseTo(0, 6);
    expect(xOf(next, 2000)).toBeCloseTo(800, 6);
    expect(minuteAt(fitted(viewport, 5000, 9000), 0)).toBeGreaterThanOrEqual(0);
  });
  it("scrolls only when a bar is not seen", () => {
    const plan = doubleBooked();
    const view = viewOf(plan, "machine", SIZES);
    expect(revealing(viewport, view, plan, 0)).toEqual(viewport);
    const far = revealing(viewport, view, plan, 1);
    expect(xOf(far, plan.bars.end[1]!)).toBeLessThanOrEqual(800);
    expect(laneTop(view, 1) - far.top + view.laneHeight).toBeLessThanOrEqual(100);
  });
});

describe("hit test", () => {
  const plan = doubleBooked();
  const view = viewOf(plan, "machine", SIZES);
  const middle = (bar: number): [number, number] => [
    xOf(viewport, (plan.bars.start[bar]! + plan.bars.end[bar]!) / 2),
    laneTop(view, bar) + view.laneHeight / 2,
  ];
  it("finds every bar at its middle", () => {
    for (const bar of [0, 1, 2, 3, 4]) expect(barAt(viewport, view, plan, ...middle(bar), 0)).toBe(bar);
  });
  it("finds nothing beside, unless within the slack of a finger", () => {
    const x = xOf(viewport, 480) - 10;
    expect(barAt(viewport, view, plan, x, 20, 3)).toBe(-1);
    expect(barAt(viewport, view, plan, x, 20, 16)).toBe(0);
  });
  it("takes the nearer of two neighbours", () => {
    const x = xOf(viewport, 600);
    expect(barAt(viewport, view, plan, x - 2, 20, 3)).toBe(0);
    expect(barAt(viewport, view, plan, x + 2, 20, 3)).toBe(2);
  });
  it("finds nothing in a row without bars and below all rows", () => {
    expect(barAt(viewport, view, plan, 300, view.rows[1]!.top + 10, 16)).toBe(-1);
    expect(barAt(viewport, view, plan, 300, view.height + 10, 16)).toBe(-1);
  });
  it("lets the shortest work be hit", () => {
    const short = aPlan();
    short.bars.end[1] = short.bars.start[1]! + 1;
    const own = viewOf(short, "machine", SIZES);
    expect(barAt(viewport, own, short, xOf(viewport, 1920) + 2, laneTop(own, 1) + 15, 0)).toBe(1);
  });
});
