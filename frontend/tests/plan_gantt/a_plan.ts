// A small plan: two machines of one firm and one of another; order 0 goes from M0 to M2, order 1 is late on M0 and M1.
import { FORMAT, type Plan } from "../../src/islands/plan_gantt/plan";

/** Monday 2026-11-23, midnight in Japan. */
export const START = "2026-11-23T00:00:00+09:00";

export function aPlan(): Plan {
  return {
    format: FORMAT,
    start: START,
    now: 500,
    horizon: 4 * 1440,
    orders: [
      { id: "Q-1", title: "ブラケット", buyer: "発注元A", due: 3000, finish: 2000, late: 0 },
      { id: "Q-2", title: "軸受カバー", buyer: null, due: 1000, finish: 1500, late: 500 },
    ],
    machines: [
      { id: "a/5軸", label: "株式会社青空製作所 5軸加工", firm: "a", firm_name: "株式会社青空製作所", site: "a1", process_label: "5軸加工" },
      { id: "b/研削", label: "海山工業 研削", firm: "b", firm_name: "海山工業", site: "b1", process_label: "研削" },
      { id: "a/検査", label: "株式会社青空製作所 検査", firm: "a", firm_name: "株式会社青空製作所", site: "a1", process_label: "検査" },
    ],
    steps: [{ id: "mill", label: "5軸加工" }, { id: "grind", label: "研削" }],
    bars: {
      order: [0, 0, 1, 1],
      machine: [0, 1, 0, 0],
      step: [0, 1, 0, 0],
      name: ["1", "2", "1", "2"],
      start: [480, 1920, 600, 1200],
      end: [600, 2000, 1200, 1500],
      freeze: [1, 0, 0, 0],
      late: [0, 0, 1, 1],
      setup: [30, 0, 0, 0],
    },
    legs: { order: [0], from: [0], to: [1], start: [620], end: [900] },
    open: { "0": [[480, 1020], [1920, 2460]] },
  };
}

/** The same plan with a bar of order 0 that overlaps the first of order 1. */
export function doubleBooked(): Plan {
  const plan = aPlan();
  plan.bars.order.push(0);
  plan.bars.machine.push(0);
  plan.bars.step.push(0);
  plan.bars.name.push("3");
  plan.bars.start.push(700);
  plan.bars.end.push(1300);
  plan.bars.freeze.push(0);
  plan.bars.late.push(0);
  plan.bars.setup.push(0);
  return plan;
}
