// <x-frag id="board" src="/today" every="60" data-failed="We could not check. Reload the page.">
// Reloads its own content, and sends the forms inside it, without leaving the page. The server answers with the block
// named by `id` and our fragment header; any other answer is never put on the page. A form with data-full opts out.
import { isFragment, nodesOf } from "./inert";

/** Swaps its content for what the server answers. */
export class Frag extends HTMLElement {
  #timer = 0;
  #running: AbortController | undefined;

  connectedCallback(): void {
    this.addEventListener("submit", this);
    const seconds = Number(this.getAttribute("every"));
    if (seconds > 0) this.#timer = window.setInterval(() => this.#refresh(), seconds * 1000);
  }

  disconnectedCallback(): void {
    this.removeEventListener("submit", this);
    window.clearInterval(this.#timer);
    this.#running?.abort();
  }

  handleEvent(event: SubmitEvent): void {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.hasAttribute("data-full")) return;
    const action = new URL(form.action);
    if (action.origin !== location.origin) return;
    event.preventDefault();
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(form, event.submitter)) {
      if (typeof value === "string") fields.append(name, value);
    }
    if (form.method === "post") return void this.#load(action, { method: "POST", body: fields });
    action.search = fields.toString();
    void this.#load(action, {});
  }

  /** Not while somebody types in it: a refresh must never take away half a sentence. */
  #refresh(): void {
    const source = this.getAttribute("src");
    const typing = this.contains(document.activeElement) && document.activeElement?.matches("input, textarea, select");
    if (source && !document.hidden && !typing) void this.#load(new URL(source, location.href), {});
  }

  async #load(address: URL, request: RequestInit): Promise<void> {
    this.#running?.abort();
    const run = new AbortController();
    this.#running = run;
    this.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, { ...request, signal: run.signal, headers: { "x-fragment": this.id } });
      if (isFragment(answer)) this.#swap(await nodesOf(answer));
      else if (answer.redirected) location.assign(answer.url);
      else this.#failed();
    } catch {
      if (!run.signal.aborted) this.#failed();
    } finally {
      if (this.#running === run) this.removeAttribute("aria-busy");
    }
  }

  /** Old content stays when the network does not answer; a sentence says so. */
  #failed(): void {
    const said = this.querySelector(":scope > .frag-failed") ?? document.createElement("p");
    said.className = "frag-failed notice is-due";
    said.setAttribute("role", "status");
    said.textContent = this.dataset["failed"] ?? "";
    this.prepend(said);
  }

  #swap(nodes: Node[]): void {
    const focused = this.contains(document.activeElement) ? document.activeElement?.id : undefined;
    this.replaceChildren(...nodes);
    if (focused) document.getElementById(focused)?.focus();
  }
}
