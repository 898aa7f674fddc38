// <x-pin>: the key pad of the lock. Works on the very fields of the form: without it the form is typed and sent by hand.

const FIGURES = 6;

/** Shows the keys, and sends the form once a name is chosen and six figures are typed. */
export class Pin extends HTMLElement {
  #sent = false;

  connectedCallback(): void {
    const keys = this.querySelector<HTMLElement>(".lock-keys");
    const input = this.#input;
    if (!keys || !input) return;
    keys.hidden = false;
    // Our own keys are there: a tablet need not cover half the screen with its keyboard.
    input.inputMode = "none";
    keys.addEventListener("click", this);
    input.addEventListener("input", this);
    input.form?.addEventListener("change", this);
    window.addEventListener("pageshow", (event) => {
      this.#sent = false;
      // Out of the browser's memory: somebody may be signed in by now, and only the server can lock what looks locked.
      if (event.persisted) location.reload();
    });
    if (this.#chosen) input.focus();
  }

  handleEvent(event: Event): void {
    const input = this.#input;
    if (!input) return;
    const key = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-key]")?.dataset["key"] : undefined;
    if (event.type === "click" && key !== undefined) input.value = typed(input.value, key);
    if (event.type === "change" && event.target instanceof HTMLInputElement && event.target.type === "radio") input.focus();
    this.#send(input);
  }

  get #input(): HTMLInputElement | null {
    return this.querySelector("input");
  }

  get #chosen(): boolean {
    return this.closest("form")?.querySelector("input[name=person]:checked") != null;
  }

  #send(input: HTMLInputElement): void {
    if (this.#sent || !this.#chosen || !/^\d{6}$/.test(input.value)) return;
    this.#sent = true;
    this.setAttribute("aria-busy", "true");
    input.form?.requestSubmit();
  }
}

function typed(before: string, key: string): string {
  if (key === "clear") return "";
  if (key === "back") return before.slice(0, -1);
  return (before + key).slice(0, FIGURES);
}
