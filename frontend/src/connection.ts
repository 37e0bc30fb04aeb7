// Without a connection nothing is sent and nothing is lost: the page stays as it is and says so.

const notice = (): HTMLElement | null => document.getElementById("offline");

function stay(event: Event): void {
  if (navigator.onLine) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  tell();
}

function tell(): void {
  const shown = notice();
  if (shown) shown.hidden = false;
}

function leavesThePage(event: Event): boolean {
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[href]") : null;
  return link !== null && !link.getAttribute("href")?.startsWith("#");
}

/** Stand before every form and every link. */
export function keepWhileOffline(): void {
  document.addEventListener("submit", stay, true);
  document.addEventListener("click", (event) => leavesThePage(event) && stay(event), true);
  document.addEventListener("htmx:sendError", tell);
  window.addEventListener("online", () => {
    const shown = notice();
    if (shown) shown.hidden = true;
  });
}
