// The page behind the link in a letter tells, once, that somebody uses it: what looks mails through only opens it.
const SIGNS = ["pointerdown", "keydown"] as const;

export function mount(element: HTMLElement): void {
  const form = element as HTMLFormElement;
  const tell = (): void => {
    for (const sign of SIGNS) document.removeEventListener(sign, tell);
    // A beacon arrives also when the page is left at once, as when its form is sent.
    navigator.sendBeacon(form.action, new FormData(form));
  };
  for (const sign of SIGNS) document.addEventListener(sign, tell);
}
