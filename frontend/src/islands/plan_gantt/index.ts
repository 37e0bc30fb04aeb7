// The plan as a chart: one set of bars, seen by machine, by order or by kind of step.
//
// <div data-island="plan_gantt" data-src="…" data-order-url="/…/{id}/" data-view="order" data-order="Q-000123"></div>
// Only data-src is needed; what stands in the element is shown until the plan is there.
import { Chart } from "./chart";
import { Clock } from "./clock";
import { Details } from "./details";
import { button, make } from "./dom";
import { listen } from "./gestures";
import { legend } from "./legend";
import { barsOfOrder, type Plan, readPlan, UnknownFormat } from "./plan";
import { printing } from "./print";
import { VIEWS, type ViewName } from "./rows";
import { Said } from "./said";
import { type Hit, searchBox } from "./search";
import { BarTable } from "./table";
import type { Viewport } from "./viewport";
import { pageLanguage, wordsOf } from "./words";

let mounted = 0;

export function mount(element: HTMLElement): void {
  void load(element);
}

async function load(element: HTMLElement): Promise<void> {
  const words = wordsOf(pageLanguage());
  const waiting = make("p", { class: "gantt-wait", role: "status" }, words.loading);
  element.append(waiting);
  try {
    const answer = await fetch(element.dataset["src"] ?? "", { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    build(element, readPlan(await answer.json()));
  } catch (error) {
    console.error(error);
    const again = button(words.again, () => {
      trouble.remove();
      void load(element);
    });
    const trouble = make("div", { class: "message error", role: "alert" },
      error instanceof UnknownFormat ? words.unknown : words.failed, " ", again);
    element.append(trouble);
  } finally {
    waiting.remove();
  }
}

function build(element: HTMLElement, plan: Plan): void {
  const language = pageLanguage();
  const words = wordsOf(language);
  if (plan.bars.order.length === 0) {
    element.replaceChildren(make("p", { class: "empty" }, words.empty));
    return;
  }
  const said = new Said(plan, new Clock(plan.start, language), words);
  const id = `gantt-${++mounted}`;
  const wanted = element.dataset["view"] as ViewName | undefined;
  const chart = new Chart(plan, said, wanted && VIEWS.includes(wanted) ? wanted : "machine");
  const live = make("p", { class: "hidden", role: "status", "aria-live": "polite" });
  const say = (text: string): void => void (live.textContent = text);
  const template = element.dataset["orderUrl"];
  const table = new BarTable(chart, template);

  const open = (bar: number, by: "pointer" | "key"): void => {
    chart.order = plan.bars.order[bar]!;
    chart.focus(bar);
    details.open(bar, by);
    if (chart.narrow) chart.lift(details.panel.getBoundingClientRect().top);
  };
  const details = new Details(chart, template, (bar) => open(bar, "key"));
  const stage = make("div", { class: "gantt-stage" }, chart.box, details.note, details.panel);
  const panel = make("div", { role: "tabpanel", id: `${id}-panel` }, stage, table.element);
  const print = make("div", { class: "gantt-print" });

  const show = (name: ViewName): void => {
    chart.show(name);
    panel.setAttribute("aria-labelledby", `${id}-${name}`);
    table.restart();
    tabs.show(name);
  };
  const tabs = tabList(id, words, show);
  let seen: Viewport;
  const swap = button(words.table, () => {
    const asTable = table.element.hidden;
    if (asTable) seen = chart.viewport;
    table.element.hidden = !asTable;
    for (const one of [stage, zooms, signs, help]) one.hidden = asTable;
    swap.textContent = asTable ? words.chart : words.table;
    if (asTable) table.draw();
    else {
      // What is not shown forgets how far it was scrolled.
      chart.viewport = seen;
      if (chart.bar >= 0) chart.reveal(chart.bar);
    }
  });
  const goTo = (hit: Hit): void => {
    if (hit.kind === "machine") {
      if (chart.view.name !== "machine") show("machine");
      chart.goToRow(hit.index);
    } else {
      details.close();
      chart.choose(hit.index);
      chart.focus(barsOfOrder(plan, hit.index)[0] ?? -1);
    }
    if (!table.element.hidden) table.goTo(hit.kind, hit.index);
  };

  const zooms = make(
    "div",
    { class: "gantt-zoom" },
    button("+", () => chart.zoom(1.5), { "aria-label": words.zoomIn, title: words.zoomIn }),
    button("−", () => chart.zoom(1 / 1.5), { "aria-label": words.zoomOut, title: words.zoomOut }),
    button(words.whole, () => chart.whole()),
    ...(plan.now === null ? [] : [button(words.now, () => chart.toNow())]),
  );
  const tools = make("div", { class: "gantt-tools" }, tabs.element, searchBox(said, id, goTo), zooms, swap);
  const signs = legend(chart);
  const help = make(
    "details",
    { class: "gantt-help" },
    make("summary", {}, words.help),
    make("ul", { id: `${id}-help` }, ...words.helpLines.map((line) => make("li", {}, line))),
  );
  chart.canvas.setAttribute("aria-describedby", `${id}-help`);
  element.classList.add("gantt");
  element.replaceChildren(tools, live, panel, signs, help, print);

  const gone = new AbortController();
  chart.changed = () => {
    if (chart.bar >= 0) say(said.sentence(chart.bar));
    if (!table.element.hidden) table.draw();
  };
  listen(chart, {
    opened: open,
    labelled: (of) => {
      if (chart.view.name !== "order") return;
      chart.choose(of);
      chart.focus(barsOfOrder(plan, of)[0] ?? -1);
    },
    left: () => {
      details.close();
      details.hover(-1, 0, 0);
      if (chart.order < 0 && chart.bar < 0) return;
      chart.bar = -1;
      chart.choose(-1);
      say(words.unchosen);
    },
    hovered: (...where) => details.hover(...where),
  });
  chart.start(gone.signal);
  printing(chart, print, gone.signal);
  // htmx may take the element away: nothing may go on listening to the window then.
  new MutationObserver((_, watch) => {
    if (element.isConnected) return;
    gone.abort();
    watch.disconnect();
  }).observe(document.body, { childList: true, subtree: true });

  tabs.show(chart.view.name);
  panel.setAttribute("aria-labelledby", `${id}-${chart.view.name}`);
  const order = plan.orders.findIndex((one) => one.id === element.dataset["order"]);
  if (order >= 0) {
    goTo({ kind: "order", index: order, text: "" });
    chart.wholeOrder(order);
  }
  performance.mark("plan_gantt:drawn");
}

type Tabs = { element: HTMLElement; show(name: ViewName): void };

function tabList(id: string, words: ReturnType<typeof wordsOf>, show: (name: ViewName) => void): Tabs {
  const tabs = VIEWS.map((name) =>
    button(words.views[name], () => show(name), { role: "tab", id: `${id}-${name}`, "aria-controls": `${id}-panel` }));
  const element = make("div", { role: "tablist", class: "gantt-tabs", "aria-label": words.viewsLabel }, ...tabs);
  element.addEventListener("keydown", (event) => {
    const at = tabs.indexOf(event.target as HTMLButtonElement);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const next = tabs[(to + tabs.length) % tabs.length]!;
    next.focus();
    next.click();
  });
  return {
    element,
    show: (name) =>
      tabs.forEach((tab, at) => {
        tab.setAttribute("aria-selected", String(VIEWS[at] === name));
        tab.tabIndex = VIEWS[at] === name ? 0 : -1;
      }),
  };
}
