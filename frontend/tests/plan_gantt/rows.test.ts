import { describe, expect, it } from "vitest";
import { barsOfOrder, extent, legsOfOrder, readPlan, UnknownFormat } from "../../src/islands/plan_gantt/plan";
import { firstEndingAfter, laneTop, rowAt, viewOf, VIEWS } from "../../src/islands/plan_gantt/rows";
import { aPlan, doubleBooked } from "./a_plan";

const SIZES = { lane: 30, leastRow: 44 };

describe("plan", () => {
  it("is refused in another format", () => {
    expect(() => readPlan({ ...aPlan(), format: "kumihimo-bars/2" })).toThrow(UnknownFormat);
    expect(() => readPlan(null)).toThrow(UnknownFormat);
    expect(readPlan(aPlan()).orders).toHaveLength(2);
  });
  it("reaches from the first start to the last end or due time", () => {
    expect(extent(aPlan())).toEqual([480, 3000]);
  });
  it("gives the bars of an order by time", () => {
    expect(barsOfOrder(doubleBooked(), 0)).toEqual([0, 4, 1]);
  });
  it("joins a way with the bars before and after it", () => {
    expect(legsOfOrder(aPlan(), 0)).toEqual([{ start: 620, end: 900, fromBar: 0, toBar: 1 }]);
    expect(legsOfOrder(aPlan(), 1)).toEqual([]);
    const shipped = aPlan();
    shipped.legs = { order: [0], from: [1], to: [-1], start: [2000], end: [2300] };
    expect(legsOfOrder(shipped, 0)).toEqual([{ start: 2000, end: 2300, fromBar: 1, toBar: -1 }]);
  });
});

describe("views", () => {
  it("have every bar once, in a row of its own machine, order or kind of step", () => {
    const plan = doubleBooked();
    for (const name of VIEWS) {
      const view = viewOf(plan, name, SIZES);
      expect(view.rows.flatMap((row) => row.bars).sort()).toEqual([0, 1, 2, 3, 4]);
      plan.bars[name].forEach((of, bar) => expect(view.rows[view.rowOf[bar]!]!.of).toBe(of));
    }
  });
  it("keep the machines of a firm together and put what is due first on top", () => {
    expect(viewOf(aPlan(), "machine", SIZES).rows.map((row) => row.of)).toEqual([0, 2, 1]);
    expect(viewOf(aPlan(), "order", SIZES).rows.map((row) => row.of)).toEqual([1, 0]);
  });
  it("give bars that overlap lanes of their own", () => {
    const plan = doubleBooked();
    const view = viewOf(plan, "machine", SIZES);
    expect(view.rows[0]!.lanes).toEqual([[0, 2, 3], [4]]);
    expect(view.rows[0]!.height).toBe(68);
    expect(laneTop(view, 4) - laneTop(view, 2)).toBe(30);
    for (const { lanes } of view.rows) {
      for (const lane of lanes) {
        for (let at = 1; at < lane.length; at++) expect(plan.bars.start[lane[at]!]!).toBeGreaterThanOrEqual(plan.bars.end[lane[at - 1]!]!);
      }
    }
  });
  it("find the row at a height and the bar at a time", () => {
    const view = viewOf(doubleBooked(), "machine", SIZES);
    expect([0, 67, 68, 111, 112, 155, 156].map((y) => rowAt(view, y))).toEqual([0, 0, 1, 1, 2, 2, 3]);
    expect([0, 599, 600, 1199, 1500].map((minute) => firstEndingAfter(doubleBooked(), [0, 2, 3], minute))).toEqual([0, 0, 1, 1, 3]);
  });
});
