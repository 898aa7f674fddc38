// <x-more>: closes the rooms behind "More" when something else is pressed, or Escape. Opening needs no script.

/** The last slot of a phone's bar. */
export class More extends HTMLElement {
  connectedCallback(): void {
    document.addEventListener("pointerdown", this);
    document.addEventListener("keydown", this);
    window.addEventListener("pageshow", this);
  }

  disconnectedCallback(): void {
    document.removeEventListener("pointerdown", this);
    document.removeEventListener("keydown", this);
    window.removeEventListener("pageshow", this);
  }

  handleEvent(event: Event): void {
    const details = this.querySelector("details");
    if (!details?.open) return;
    if (event instanceof KeyboardEvent) {
      if (event.key !== "Escape") return;
      details.querySelector("summary")?.focus();
    } else if (event.type === "pointerdown" && event.target instanceof Node && this.contains(event.target)) {
      return;
    }
    details.open = false;
  }
}
