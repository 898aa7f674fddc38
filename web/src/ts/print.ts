// <x-print><button type="button" hidden>Print</button></x-print>: the button shows only where it can work.

/** Shows its button and opens the print dialog from it. */
export class Print extends HTMLElement {
  connectedCallback(): void {
    const button = this.querySelector("button");
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}
