// <x-copy for="ID" data-done="Copied" data-failed="..."><button type="button" hidden>Copy</button></x-copy>
// Copies the text of another element, one line a list item. Says what happened; never claims a copy that did not happen.

/** Shows its button and puts the text of the element named by `for` on the clipboard. */
export class Copy extends HTMLElement {
  readonly #said = document.createElement("span");

  connectedCallback(): void {
    const button = this.querySelector("button");
    if (!button) return;
    this.#said.setAttribute("role", "status");
    this.append(this.#said);
    button.hidden = false;
    button.addEventListener("click", () => void this.#copy());
  }

  async #copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.#text());
      this.#said.textContent = this.dataset["done"] ?? "";
    } catch {
      // No permission, or a page without HTTPS: the person is told to write the codes down instead.
      this.#said.textContent = this.dataset["failed"] ?? "";
    }
  }

  #text(): string {
    const source = document.getElementById(this.getAttribute("for") ?? "");
    if (!source) throw new Error("x-copy: nothing to copy from");
    const items = [...source.querySelectorAll("li")].map((item) => item.textContent?.trim() ?? "");
    return items.length > 0 ? items.join("\n") : (source.textContent?.trim() ?? "");
  }
}
