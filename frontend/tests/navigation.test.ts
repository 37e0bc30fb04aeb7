import { describe, expect, it } from "vitest";
import { middle } from "../src/navigation";

describe("the bar of a phone", () => {
  it("stays at its start where the open page is the first", () => {
    expect(middle(390, 0, 84)).toBe(0);
  });
  it("brings a page further on to the middle", () => {
    expect(middle(390, 600, 90)).toBe(450);
  });
});
