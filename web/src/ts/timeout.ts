// <x-timeout data-minutes="2" data-shared>: covers a page that nobody has used for so long. A shared device goes on to its
// lock; any other waits under the cover for somebody to sign in again. Clock times are compared, since a device that slept
// ran no timers. The server decides by itself anyway.
import { flush } from "./drafts";
import { reachable } from "./vault";

const MINUTE = 60_000;
/** On a shared device the server counts short times, so it hears more often. */
const SOON = 10_000;
const SIGNS = ["pointerdown", "keydown", "input", "wheel", "touchmove"] as const;

/** Watches for signs of somebody being there. */
export class Timeout extends HTMLElement {
  #used = Date.now();
  #steady = performance.now();
  #told = Date.now();
  #untold = false;
  #timer = 0;
  #locked = false;
  readonly #tabs = new BroadcastChannel("stairgate-used");

  connectedCallback(): void {
    for (const sign of SIGNS) document.addEventListener(sign, this, { passive: true, capture: true });
    document.addEventListener("visibilitychange", this);
    window.addEventListener("pageshow", this);
    this.#tabs.onmessage = () => this.#note();
    this.#timer = window.setInterval(() => this.#look(), 1000);
  }

  disconnectedCallback(): void {
    for (const sign of SIGNS) document.removeEventListener(sign, this, { capture: true });
    document.removeEventListener("visibilitychange", this);
    window.removeEventListener("pageshow", this);
    this.#tabs.close();
    window.clearInterval(this.#timer);
  }

  handleEvent(event: Event): void {
    // A page that comes back out of the browser's memory may be somebody else's by now.
    if (event instanceof PageTransitionEvent && event.persisted) return location.reload();
    if (event.type === "visibilitychange" || event.type === "pageshow") return this.#look();
    this.#look();
    if (this.#locked) return;
    this.#note();
    this.#untold = true;
  }

  #note(): void {
    this.#used = Date.now();
    this.#steady = performance.now();
  }

  /** Other pages of this browser, and the server: typing a long text is use too. Told a little late is told all the same. */
  #tell(): void {
    const every = "shared" in this.dataset ? SOON : MINUTE;
    if (!this.#untold || Date.now() - this.#told < every) return;
    [this.#told, this.#untold] = [Date.now(), false];
    this.#tabs.postMessage("used");
    void fetch("/awake", { cache: "no-store" }).catch(() => undefined); // It is told again soon.
  }

  #look(): void {
    const idle = Math.max(Date.now() - this.#used, performance.now() - this.#steady);
    if (this.#locked) return;
    if (idle >= Number(this.dataset["minutes"]) * MINUTE) void this.#lock();
    else this.#tell();
  }

  async #lock(): Promise<void> {
    this.#locked = true;
    this.#cover();
    if (!("shared" in this.dataset)) return;
    await flush().catch(() => undefined); // What could not be kept must not keep the screen open.
    // Without a connection the cover stays: a shared device does not unlock by itself.
    while (!(await reachable())) await new Promise((resolve) => window.setTimeout(resolve, 2000));
    this.querySelector("form")?.submit();
  }

  #cover(): void {
    const cover = this.querySelector<HTMLElement>(".cover");
    if (!cover) return;
    const link = cover.querySelector("a");
    if (link) link.href = `/sign-in?to=${encodeURIComponent(location.pathname + location.search)}`;
    cover.hidden = false;
    for (const other of document.body.children) {
      if (other !== this) other.setAttribute("inert", "");
    }
    cover.querySelector<HTMLElement>("h2")?.focus();
  }
}
