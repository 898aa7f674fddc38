// <x-outbox>: what an enrolled device saved to be sent. Forms marked `data-save-later="KIND"` are sealed here when they are
// saved or cannot be sent, and leave with the device's own credential, whoever is signed in by then. Only a 2xx answer takes
// a thing away; what the server cannot take in stays and asks for somebody. Signing out never touches it.
import { all, open, put, reachable, seal, take, type Sealed } from "./vault";

const ADDRESS = "/tablet/saved";
const EVERY = 30_000;
const HOUR = 3_600_000;

interface Item extends Sealed { id: string; url: string; at: number; tries: number; needs: boolean }
interface Claim { kind: string; claimed_person: string | null; claimed_how: string; claimed_at: number; body: Record<string, string> }

/** The badge and the queue. */
export class Outbox extends HTMLElement {
  #timer = 0;
  #fresh = true;

  connectedCallback(): void {
    if (!("subtle" in crypto)) return;
    document.addEventListener("submit", this, true);
    document.addEventListener("visibilitychange", this);
    window.addEventListener("online", this);
    window.addEventListener("offline", this);
    window.addEventListener("pageshow", this);
    this.#timer = window.setInterval(() => void this.#run(), EVERY);
    void this.#run();
  }

  disconnectedCallback(): void {
    document.removeEventListener("submit", this, true);
    document.removeEventListener("visibilitychange", this);
    window.removeEventListener("online", this);
    window.removeEventListener("offline", this);
    window.removeEventListener("pageshow", this);
    window.clearInterval(this.#timer);
  }

  handleEvent(event: Event): void {
    if (event instanceof SubmitEvent) return void this.#submitted(event);
    if (!document.hidden) void this.#run();
  }

  async #submitted(event: SubmitEvent): Promise<void> {
    const { target: form, submitter } = event;
    if (!(form instanceof HTMLFormElement) || !form.dataset["saveLater"] || form.dataset["going"] !== undefined) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const later = submitter?.hasAttribute("data-later") ?? false;
    if (!later && (await reachable())) {
      form.dataset["going"] = "";
      form.requestSubmit(submitter);
      delete form.dataset["going"];
      return;
    }
    try {
      await this.#save(claimOf(form, submitter, form.dataset["saveLater"]));
      form.reset();
      this.#say(form, this.dataset["kept"] ?? "", "is-due");
    } catch {
      this.#say(form, this.dataset["notKept"] ?? "", "is-stop");
    }
    await this.#run();
  }

  async #save(claim: Claim): Promise<void> {
    const id = crypto.randomUUID();
    const item: Item = { id, url: ADDRESS, at: Date.now(), tries: 0, needs: false, ...(await seal(claim, id + ADDRESS)) };
    await put("items", item);
    // A browser that is short of room may still clear what it did not promise to keep.
    await navigator.storage?.persist?.();
  }

  /** One page of this browser at a time sends; the others only show. */
  async #run(): Promise<void> {
    const again = this.#fresh;
    this.#fresh = false;
    await navigator.locks.request("stairgate-outbox", async () => {
      for (const item of await all<Item>("items")) {
        // What was refused is tried again when a page opens: somebody may have put it right.
        if (item.needs && !again) continue;
        if (!(await this.#send(item))) break;
      }
    });
    await this.#show();
    await this.#report();
  }

  /** Whether to go on with the next one: not after a lost connection or a server in trouble. */
  async #send(item: Item): Promise<boolean> {
    this.#state(this.dataset["sending"] ?? "");
    let answer: Response;
    try {
      const claim = (await open(item, item.id + item.url)) as Claim;
      const waiting = (await all<Item>("items")).length;
      const body = JSON.stringify({ ...claim, sent_at: Date.now(), waiting });
      const headers = { "content-type": "application/json", "idempotency-key": item.id };
      answer = await fetch(item.url, { method: "POST", headers, body, redirect: "error" });
    } catch {
      await put("items", { ...item, tries: item.tries + 1 });
      return false;
    }
    if (answer.ok) {
      await take("items", item.id);
      return true;
    }
    const needs = answer.status >= 400 && answer.status < 500 && answer.status !== 429;
    await put("items", { ...item, tries: item.tries + 1, needs });
    return needs;
  }

  /** Tells the server what is here, and what this device thinks the time is. */
  async #report(): Promise<void> {
    const waiting = (await all<Item>("items")).length;
    const address = `/tablet/clock?at=${Date.now()}&waiting=${waiting}`;
    await fetch(address, { cache: "no-store" }).catch(() => undefined); // It is told again in half a minute.
  }

  async #show(): Promise<void> {
    const items = await all<Item>("items");
    if (items.length === 0) return this.#state("");
    const count = items.length === 1 ? this.dataset["waitingOne"] : `${items.length} ${this.dataset["waiting"] ?? ""}`;
    const words = [count ?? ""];
    if (!navigator.onLine) words.unshift(this.dataset["offline"] ?? "");
    if (items.some((item) => item.needs)) words.unshift(this.dataset["needs"] ?? "");
    this.#state(words.join(", "));
    const long = items.some((item) => Date.now() - item.at > HOUR);
    this.title = items.some((item) => item.needs) ? (this.dataset["needsWhy"] ?? "") : long ? (this.dataset["long"] ?? "") : "";
  }

  #state(words: string): void {
    const state = this.querySelector<HTMLElement>(".save-state");
    const text = this.querySelector(".save-words");
    if (!state || !text) return;
    if (text.textContent !== words) text.textContent = words;
    state.hidden = words === "";
  }

  #say(form: HTMLFormElement, words: string, kind: string): void {
    const said = form.previousElementSibling?.matches(".outbox-said") ? form.previousElementSibling : document.createElement("p");
    said.className = `outbox-said notice ${kind}`;
    said.setAttribute("role", "status");
    said.textContent = words;
    form.before(said);
  }
}

/** Who saves it: whoever is signed in, whoever picked their name, or nobody known. */
function claimOf(form: HTMLFormElement, submitter: HTMLElement | null, kind: string): Claim {
  const body: Record<string, string> = {};
  for (const [name, value] of new FormData(form, submitter)) {
    if (typeof value === "string" && name !== "csrf") body[name] = value;
  }
  const signedIn = document.documentElement.dataset["person"];
  const picked = body["claimed_person"];
  const how = signedIn ? "signed_in" : picked ? "picked" : "not_known";
  return { kind, claimed_person: signedIn || picked || null, claimed_how: how, claimed_at: Date.now(), body };
}
