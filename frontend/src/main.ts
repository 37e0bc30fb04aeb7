// What every page loads: htmx, the styles, and the islands that the page has.
import "./styles/main.css";
import htmx from "htmx.org";
import { keepWhileOffline } from "./connection";
import { watchJobs } from "./jobs";
import { leaveWhenSaved } from "./saving";

declare global {
  interface Window {
    htmx: typeof htmx;
  }
}
window.htmx = htmx;

type Island = { mount(element: HTMLElement): void };

/** Name in `data-island` -> the module, loaded when it is needed. */
const islands: Record<string, () => Promise<Island>> = {
  copy_text: () => import("./islands/copy_text"),
  inbox_keys: () => import("./islands/inbox_keys"),
  load_graph: () => import("./islands/load_graph"),
  network_map: () => import("./islands/network_map"),
  page_used: () => import("./islands/page_used"),
  plan_gantt: () => import("./islands/plan_gantt"),
};

function mountIslands(root: ParentNode): void {
  for (const element of root.querySelectorAll<HTMLElement>("[data-island]:not([data-mounted])")) {
    const load = islands[element.dataset["island"] ?? ""];
    if (!load) continue;
    element.dataset["mounted"] = "";
    void load().then((island) => island.mount(element));
  }
}

function start(root: ParentNode): void {
  mountIslands(root);
  watchJobs(root);
}

document.addEventListener("DOMContentLoaded", () => start(document));
document.addEventListener("htmx:load", (event) => {
  if (event.target instanceof HTMLElement) start(event.target);
});

keepWhileOffline();
leaveWhenSaved();

// A form that is sent once is not sent again by an impatient second press.
document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (form.dataset["sent"] !== undefined && !form.hasAttribute("hx-post")) {
    event.preventDefault();
    return;
  }
  form.dataset["sent"] = "";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sent]")) delete form.dataset["sent"];
});
