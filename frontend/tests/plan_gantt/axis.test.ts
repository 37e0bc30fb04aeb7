import { describe, expect, it } from "vitest";
import { axisOf } from "../../src/islands/plan_gantt/axis";
import { Clock, DAY } from "../../src/islands/plan_gantt/clock";
import { START } from "./a_plan";

const ja = new Clock(START, "ja");
const en = new Clock(START, "en");

describe("clock", () => {
  it("reads the wall clock of the place, not of the browser", () => {
    expect(ja.moment(8 * 60)).toBe("2026年11月23日(月) 8:00");
    expect(ja.moment(13 * 60 + 5)).toBe("2026年11月23日(月) 13:05");
    expect(en.moment(13 * 60 + 5)).toBe("Mon 23 Nov 2026 13:05");
    expect(new Clock("2026-11-22T15:00:00Z", "ja").shortMoment(0)).toBe("11月22日(日) 15:00");
  });
  it("says a due time at midnight as the day that ends then", () => {
    expect(ja.due(2 * DAY)).toBe("2026年11月24日(火)");
    expect(ja.due(2 * DAY + 60)).toBe("2026年11月25日(水) 1:00");
  });
  it("finds midnight before the start of the plan too", () => {
    expect(ja.midnightBefore(1439)).toBe(0);
    expect(ja.midnightBefore(-1)).toBe(-DAY);
    expect(ja.isWeekend(5 * DAY)).toBe(true);
    expect(ja.isWeekend(4 * DAY)).toBe(false);
  });
  it("says lengths with two units", () => {
    expect([0, 45, 60, 3 * 60 + 5, 2 * DAY + 3 * 60 + 10].map((m) => ja.duration(m))).toEqual(["0分", "45分", "1時間", "3時間5分", "2日3時間"]);
    expect(en.duration(DAY + 60)).toBe("1 d 1 h");
    expect(ja.duration(DAY + 5)).toBe("1日");
  });
});

describe("time axis", () => {
  const labels = (clock: Clock, days: number, width: number): [string[], string[]] => {
    const axis = axisOf(clock, 0, days * DAY, width / (days * DAY));
    return [axis.spans.map((span) => span.labels[0]!), axis.ticks.map((tick) => tick.label)];
  };
  it("shows hours under days when near", () => {
    const [spans, ticks] = labels(ja, 2, 1200);
    expect(spans.slice(0, 2)).toEqual(["11月23日(月)", "11月24日(火)"]);
    expect(ticks.slice(0, 4)).toEqual(["0:00", "3:00", "6:00", "9:00"]);
  });
  it("shows days under months, and weekends", () => {
    const axis = axisOf(ja, 0, 14 * DAY, 1200 / (14 * DAY));
    expect(axis.spans.map((span) => span.labels)).toEqual([["2026年11月", "11月"], ["2026年12月", "12月"]]);
    expect(axis.ticks[0]!.label).toBe("23日(月)");
    expect(axis.ticks.filter((tick) => tick.weekend).map((tick) => tick.label)).toEqual(["28日(土)", "29日(日)", "5日(土)", "6日(日)"]);
  });
  it("shows only the number of a narrow day, then weeks from Monday, then months", () => {
    expect(labels(ja, 40, 1200)[1].slice(0, 3)).toEqual(["23", "24", "25"]);
    expect(labels(ja, 90, 1200)[1].slice(0, 3)).toEqual(["23日", "30日", "7日"]);
    const [spans, ticks] = labels(ja, 400, 1200);
    expect(spans).toEqual(["2026年", "2027年"]);
    expect(ticks.slice(0, 3)).toEqual(["11月", "12月", "1月"]);
  });
  it("has nothing English in Japanese, and no Japanese in English", () => {
    for (const [days, width] of [[0.2, 900], [1, 900], [7, 900], [30, 900], [120, 900], [900, 900]] as const) {
      expect(labels(ja, days, width).flat().join()).not.toMatch(/[A-Za-z]/);
      expect(labels(en, days, width).flat().join()).not.toMatch(/[^\x20-\x7e]/);
    }
  });
  it("never puts a label where there is no room", () => {
    for (const days of [0.1, 0.5, 1, 2, 5, 10, 20, 40, 80, 200, 500]) {
      const perMinute = 900 / (days * DAY);
      const { ticks } = axisOf(ja, 0, days * DAY, perMinute);
      for (let at = 1; at < ticks.length; at++) {
        const room = (ticks[at]!.minute - ticks[at - 1]!.minute) * perMinute;
        const needed = [...ticks[at - 1]!.label].reduce((sum, letter) => sum + (letter < "\x7f" ? 7 : 12), 0);
        expect(room).toBeGreaterThanOrEqual(needed);
      }
    }
  });
});
