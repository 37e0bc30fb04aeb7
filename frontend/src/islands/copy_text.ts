// A button that copies the text of a field; where the browser does not allow it, the text is selected for copying by hand.

export function mount(button: HTMLElement): void {
  const field = document.getElementById(button.dataset["copies"] ?? "");
  if (!(field instanceof HTMLTextAreaElement)) return;
  button.addEventListener("click", () => {
    field.select();
    void navigator.clipboard?.writeText(field.value).then(() => {
      button.textContent = button.dataset["done"] ?? button.textContent;
    });
  });
}
