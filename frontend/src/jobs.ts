// A job's progress: server-sent events move the bar; at the end the page gives way to the one that has the result.

type Told = {
  state: "queued" | "running" | "done" | "failed" | "cancelled";
  percent: number | null;
  message: { ja: string; en: string };
  error: { ja: string; en: string };
  result: { url?: string } | null;
};

const language = (): "ja" | "en" => (document.documentElement.lang.startsWith("en") ? "en" : "ja");

const isOver = (state: string | undefined): boolean => state !== "queued" && state !== "running";

export function watchJobs(root: ParentNode): void {
  for (const element of root.querySelectorAll<HTMLElement>("[data-job]:not([data-watched])")) {
    element.dataset["watched"] = "";
    watch(element);
  }
}

function watch(element: HTMLElement): void {
  const address = element.dataset["job"];
  if (!address || isOver(element.dataset["state"])) return;
  const source = new EventSource(address);
  source.onmessage = (event: MessageEvent<string>) => {
    const told = JSON.parse(event.data) as Told;
    show(element, told);
    if (!isOver(told.state)) return;
    source.close();
    // Not another step of the history: the back button would lead here, and from here forward again.
    window.location.replace(told.result?.url ?? window.location.href);
  };
}

function show(element: HTMLElement, told: Told): void {
  const bar = element.querySelector("progress");
  if (bar) {
    if (told.percent === null && told.state === "running") bar.removeAttribute("value");
    else bar.value = told.percent ?? 0;
  }
  const words = element.querySelector<HTMLElement>("[data-words]");
  if (words) words.textContent = told.state === "failed" ? told.error[language()] : told.message[language()];
  element.dataset["state"] = told.state;
}
