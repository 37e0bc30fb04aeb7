import { describe, expect, it } from "vitest";
import { nextBar, stepOf } from "../../src/islands/plan_gantt/keyboard";
import { viewOf } from "../../src/islands/plan_gantt/rows";
import { doubleBooked } from "./a_plan";

const plan = doubleBooked();
const view = viewOf(plan, "machine", { lane: 30, leastRow: 44 });

describe("keys", () => {
  it("are the arrows, Home, End, Page Up and Page Down", () => {
    expect(["ArrowLeft", "Home", "PageDown"].map(stepOf)).toEqual(["left", "first", "pageDown"]);
    expect(stepOf("a")).toBeUndefined();
  });
  it("go along the row by time, over all lanes, and stop at its ends", () => {
    const along = [0];
    for (let at = 0; at < 4; at++) along.push(nextBar(view, plan, along.at(-1)!, "right"));
    expect(along).toEqual([0, 2, 4, 3, 3]);
    expect(nextBar(view, plan, 0, "left")).toBe(0);
    expect(nextBar(view, plan, 4, "first")).toBe(0);
    expect(nextBar(view, plan, 0, "last")).toBe(3);
  });
  it("go down over rows without bars, and up to the bar nearest in time", () => {
    expect(nextBar(view, plan, 0, "down")).toBe(1);
    expect(nextBar(view, plan, 1, "up")).toBe(3);
    expect(nextBar(view, plan, 1, "down")).toBe(1);
    expect(nextBar(view, plan, 0, "pageDown")).toBe(1);
  });
  it("reach every bar of every view from the first one", () => {
    for (const name of ["machine", "order", "step"] as const) {
      const own = viewOf(plan, name, { lane: 30, leastRow: 44 });
      const seen = new Set([own.rows.find((row) => row.bars.length > 0)!.bars[0]!]);
      for (const bar of seen) for (const step of ["left", "right", "up", "down"] as const) seen.add(nextBar(own, plan, bar, step));
      expect(seen.size).toBe(5);
    }
  });
});
