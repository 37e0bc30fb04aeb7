import { describe, expect, it } from "vitest";
import { Clock } from "../../src/islands/plan_gantt/clock";
import { orderAddress } from "../../src/islands/plan_gantt/details";
import { cuts } from "../../src/islands/plan_gantt/print";
import { viewOf } from "../../src/islands/plan_gantt/rows";
import { fit, Said, shortFirm } from "../../src/islands/plan_gantt/said";
import { hitsOf } from "../../src/islands/plan_gantt/search";
import { wordsOf } from "../../src/islands/plan_gantt/words";
import { aPlan, START } from "./a_plan";

const ja = new Said(aPlan(), new Clock(START, "ja"), wordsOf("ja"));
const en = new Said(aPlan(), new Clock(START, "en"), wordsOf("en"));

describe("a bar in words", () => {
  it("has order, step, firm, time, and what is special", () => {
    expect(ja.sentence(0)).toBe("Q-1 ブラケット、5軸加工、株式会社青空製作所 5軸加工、11月23日(月) 8:00 から 10:00 まで、固定、前に段取り 30分。");
    expect(ja.sentence(3)).toContain("11月23日(月) 20:00 から 11月24日(火) 1:00 まで、納期に8時間20分遅れ。");
    expect(en.sentence(2)).toContain("Mon 23 Nov 10:00 to 20:00, 8 h 20 min after the due time.");
  });
  it("says in a bar what its row does not", () => {
    const view = (name: "machine" | "order"): ReturnType<typeof viewOf> => viewOf(aPlan(), name, { lane: 30, leastRow: 44 });
    expect(ja.bar(view("machine"), 0)).toBe("ブラケット");
    expect(ja.bar(view("order"), 0)).toBe("5軸加工 ㈱青空製作所");
    expect(ja.row(view("order"), 1)).toEqual(["軸受カバー", "Q-2"]);
  });
  it("is cut with an ellipsis when there is no room", () => {
    const wide = (): number => 10;
    expect(fit("組紐製作所", 50, wide)).toBe("組紐製作所");
    expect(fit("組紐製作所", 49, wide)).toBe("組紐製…");
    expect(fit("組紐", 9, wide)).toBe("");
    expect(shortFirm("株式会社 青空製作所")).toBe("㈱青空製作所");
    expect(shortFirm("海山有限会社")).toBe("海山㈲");
  });
});

describe("search", () => {
  it("finds orders and firms in any width of letters, what begins with it first", () => {
    expect(hitsOf(aPlan(), "Q-2").map((hit) => hit.text)).toEqual(["Q-2 軸受カバー"]);
    expect(hitsOf(aPlan(), "青空")).toEqual([{ kind: "machine", index: 0, text: "株式会社青空製作所" }]);
    expect(hitsOf(aPlan(), "q")).toHaveLength(2);
    expect(hitsOf(aPlan(), " ")).toEqual([]);
    expect(hitsOf(aPlan(), "無い")).toEqual([]);
  });
});

describe("link to an order", () => {
  it("puts the id where the template has it, escaped", () => {
    expect(orderAddress("/plans/3/orders/{id}/", "a/b")).toBe("/plans/3/orders/a%2Fb/");
    expect(orderAddress("/plans/3/orders/%7Bid%7D/", "Q-1")).toBe("/plans/3/orders/Q-1/");
    expect(orderAddress(undefined, "Q-1")).toBeNull();
  });
});

describe("pieces on paper", () => {
  it("cover all rows, cut between rows where they can be", () => {
    const rows = [300, 200, 300, 1500, 40].map((height, at, all) => ({ top: all.slice(0, at).reduce((a, b) => a + b, 0), height }));
    const found = cuts(rows);
    expect(found.slice(0, 3)).toEqual([[0, 300], [300, 200], [500, 300]]);
    let bottom = 0;
    for (const [top, height] of found) {
      expect(top).toBe(bottom);
      expect(height).toBeLessThanOrEqual(330);
      bottom += height;
    }
    expect(bottom).toBe(2340);
    expect(cuts([])).toEqual([]);
  });
});
