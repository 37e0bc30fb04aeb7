// What is written is saved as one goes on. Who leaves a page while a save is under way leaves when it is done; when the save is
// refused one stays, in front of the message that says why.

type Answered = { requestConfig: { verb: string }; successful?: boolean };

/** Waits until every save is answered: `answered` tells, once, whether all of them were taken. */
export class Saves {
  private underWay = 0;
  private taken = true;
  private waiting: ((taken: boolean) => void) | undefined;

  get areUnderWay(): boolean {
    return this.underWay > 0;
  }

  begun(): void {
    if (this.underWay === 0) this.taken = true;
    this.underWay += 1;
  }

  ended(taken: boolean): void {
    this.underWay -= 1;
    this.taken &&= taken;
    // The next save of the same form begins as soon as this one has ended: it is waited for as well.
    setTimeout(() => {
      if (this.underWay > 0 || !this.waiting) return;
      const go = this.waiting;
      this.waiting = undefined;
      go(this.taken);
    });
  }

  /** Called once, when nothing is under way any more; a later call replaces an earlier one. */
  whenAnswered(go: (taken: boolean) => void): void {
    this.waiting = go;
  }
}

const isASave = (event: Event): boolean => (event as CustomEvent<Answered>).detail.requestConfig.verb !== "get";

function opensHere(event: MouseEvent, link: HTMLAnchorElement): boolean {
  const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || link.target !== "" || link.hasAttribute("download");
  return !elsewhere && !link.getAttribute("href")?.startsWith("#");
}

/** Stand before every link and every form that is sent without htmx. */
export function leaveWhenSaved(): void {
  const saves = new Saves();
  document.addEventListener("htmx:beforeSend", (event) => isASave(event) && saves.begun());
  document.addEventListener("htmx:afterRequest", (event) => {
    if (isASave(event)) saves.ended((event as CustomEvent<Answered>).detail.successful === true);
  });
  document.addEventListener(
    "click",
    (event) => {
      const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[href]") : null;
      if (!saves.areUnderWay || !link || !opensHere(event, link)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      saves.whenAnswered((taken) => taken && link.click());
    },
    true,
  );
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target as HTMLFormElement;
      if (!saves.areUnderWay || form.hasAttribute("hx-post")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const button = event.submitter;
      saves.whenAnswered((taken) => taken && form.requestSubmit(button));
    },
    true,
  );
}
