import { describe, expect, it } from "vitest";
import { ceiling, columnOf, total } from "../src/islands/load_graph";

describe("load graph", () => {
  it("adds the machines up week by week", () => {
    const load = { weeks: ["a", "b"], rows: [{ label: "1", open_h: [40, 40], busy_h: [10, 50] }, { label: "2", open_h: [8], busy_h: [4] }] };
    expect(total(load, "all")).toEqual({ label: "all", open_h: [48, 40], busy_h: [14, 50] });
  });
  it("ends the axis at a round number that nothing exceeds", () => {
    expect(ceiling({ label: "", open_h: [40], busy_h: [38.5] })).toBe(40);
    expect(ceiling({ label: "", open_h: [40], busy_h: [41] })).toBe(50);
    expect(ceiling({ label: "", open_h: [], busy_h: [] })).toBe(1);
    expect(ceiling({ label: "", open_h: [9999], busy_h: [0] })).toBe(10000);
  });
  it("parts a week into planned, over and free", () => {
    expect(columnOf(40, 30, 2)).toEqual({ busy: 60, over: 0, free: 20 });
    expect(columnOf(40, 50, 2)).toEqual({ busy: 80, over: 20, free: 0 });
    expect(columnOf(0, 5, 2)).toEqual({ busy: 0, over: 10, free: 0 });
  });
});
