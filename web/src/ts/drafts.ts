// Unsent work: forms marked `data-draft` keep what is typed in them, sealed, for the person who typed it and the page they
// typed it on. It comes back after a lock, goes when it was sent, when they sign out, or after twelve hours. Never a
// password, a PIN or a file.
import { all, open, put, reachable, seal, take, type Sealed } from "./vault";

const HOURS_12 = 12 * 3_600_000;
const PAUSE = 250;
const NEVER = "input[type=password], input[type=file], input[type=hidden], [data-secret], [autocomplete=one-time-code]";

/** `sent`: on its way, until a page shows that it arrived. */
interface Draft extends Sealed { id: string; person: string; at: number; sent: boolean }
type Fields = [name: string, value: string][];
type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

const root = document.documentElement;
const person = root.dataset["person"] ?? "";
const waiting = new Map<HTMLFormElement, number>();

/** Brings drafts back, and keeps new ones. */
export async function keepDrafts(): Promise<void> {
  // Without HTTPS a browser has no keys: nothing is kept rather than kept in clear.
  if (!("subtle" in crypto)) return;
  document.addEventListener("input", (event) => typed(event.target));
  document.addEventListener("change", (event) => typed(event.target));
  document.addEventListener("focusout", () => void flush());
  document.addEventListener("visibilitychange", () => void flush());
  document.addEventListener("submit", (event) => submitted(event), true);
  document.addEventListener("reset", (event) => void cleared(event.target));
  const drafts = await settled();
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-draft]")) await restore(form, drafts);
}

/** Writes down what waits to be kept. */
export async function flush(): Promise<void> {
  const forms = [...waiting.keys()];
  await Promise.all(forms.map((form) => keep(form)));
}

/** Drafts that are still wanted. What was on its way has arrived when a page of the same person opens that tells of no error
 * and was not come back to; else it is unsent again. */
async function settled(): Promise<Draft[]> {
  const [entry] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  const arrived = person !== "" && !("error" in root.dataset) && entry?.type === "navigate";
  const kept: Draft[] = [];
  for (const draft of await all<Draft>("drafts")) {
    const over = Date.now() - draft.at > HOURS_12 || draft.at > Date.now() + HOURS_12;
    if (over || (draft.sent && arrived && draft.person === person)) {
      await take("drafts", draft.id);
      continue;
    }
    if (draft.sent) await put("drafts", { ...draft, sent: false });
    kept.push(draft);
  }
  return kept;
}

function idOf(form: HTMLFormElement): string {
  // By where it is sent: a form that came back with an error stands at another address.
  return `${person} ${form.getAttribute("action") ?? ""} ${form.dataset["draft"] ?? ""}`;
}

function fieldsOf(form: HTMLFormElement): Field[] {
  return [...form.elements].filter((field): field is Field =>
    (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement || field instanceof HTMLSelectElement)
    && field.name !== "" && !field.matches(NEVER));
}

function typed(target: EventTarget | null): void {
  const form = target instanceof Element ? target.closest<HTMLFormElement>("form[data-draft]") : null;
  if (!form || person === "") return;
  window.clearTimeout(waiting.get(form));
  waiting.set(form, window.setTimeout(() => void keep(form), PAUSE));
}

/** `sent`: on its way; `undefined` while it is only being typed. */
async function keep(form: HTMLFormElement, sent?: boolean): Promise<void> {
  window.clearTimeout(waiting.get(form));
  waiting.delete(form);
  const id = idOf(form);
  // What stands as the page brought it is nobody's unsent work, unless it came back with an error.
  const asBrought = sent === undefined && !("error" in root.dataset) && !fieldsOf(form).some(changed);
  if (asBrought) return void (await take("drafts", id));
  const fields: Fields = [];
  for (const field of fieldsOf(form)) {
    const boxed = field instanceof HTMLInputElement && (field.type === "checkbox" || field.type === "radio");
    if (!boxed || field.checked) fields.push([field.name, field.value]);
  }
  const draft: Draft = { id, person, at: Date.now(), sent: sent ?? false, ...(await seal(fields, id)) };
  await put("drafts", draft);
}

/** Whether somebody typed or chose something else than the page brought. */
function changed(field: Field): boolean {
  if (field instanceof HTMLSelectElement) {
    const options = [...field.options];
    const first = options.find((option) => option.defaultSelected) ?? (field.multiple ? undefined : options[0]);
    return options.some((option) => option.selected !== (field.multiple ? option.defaultSelected : option === first));
  }
  const boxed = field instanceof HTMLInputElement && (field.type === "checkbox" || field.type === "radio");
  return boxed ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
}

async function restore(form: HTMLFormElement, drafts: Draft[]): Promise<void> {
  const draft = drafts.find((draft) => draft.id === idOf(form));
  // A form that came back with an error holds what was sent, and that is newer.
  if (!draft || "error" in root.dataset) return;
  const fields = (await open(draft, draft.id)) as Fields;
  for (const field of fieldsOf(form)) {
    const values = fields.filter(([name]) => name === field.name).map(([, value]) => value);
    if (field instanceof HTMLInputElement && (field.type === "checkbox" || field.type === "radio")) {
      field.checked = values.includes(field.value);
    } else if (values[0] !== undefined) {
      field.value = values[0];
    }
  }
  if (!fieldsOf(form).some(changed)) return;
  form.closest("details")?.setAttribute("open", "");
  tell(form, "draft-back", () => form.reset());
}

/** A notice above the form, from the words that the page brings; with a way to be rid of the draft. */
function tell(form: HTMLFormElement, id: string, clear?: () => void): void {
  // A form that is a column itself has its notice above the columns: between them it would take one.
  const columns = form.parentElement;
  const place = columns?.matches(".columns") ? columns : form;
  if (place.previousElementSibling?.matches(".draft-notice")) place.previousElementSibling.remove();
  const pattern = document.getElementById(id);
  if (!(pattern instanceof HTMLTemplateElement)) return;
  const notice = pattern.content.firstElementChild?.cloneNode(true);
  if (!(notice instanceof HTMLElement)) return;
  notice.querySelector("button")?.addEventListener("click", () => {
    clear?.();
    notice.remove();
  });
  place.before(notice);
}

function submitted(event: SubmitEvent): void {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || event.defaultPrevented) return;
  if (form.getAttribute("action") === "/sign-out") return void leave(event, form);
  if (!form.hasAttribute("data-draft") || person === "") return;
  // What may be saved to be sent has its own way, and comes by here when it can arrive.
  if (form.hasAttribute("data-save-later")) void keep(form, true);
  else void send(event, form);
}

/** An empty form has no draft: it was cleared, or what was in it is saved to be sent. */
async function cleared(target: EventTarget | null): Promise<void> {
  if (!(target instanceof HTMLFormElement) || !target.hasAttribute("data-draft")) return;
  window.clearTimeout(waiting.get(target));
  waiting.delete(target);
  await take("drafts", idOf(target));
}

/** Signing out takes one's drafts away. */
async function leave(event: SubmitEvent, form: HTMLFormElement): Promise<void> {
  event.preventDefault();
  try {
    const own = (await all<Draft>("drafts")).filter((draft) => draft.person === person);
    await Promise.all(own.map((draft) => take("drafts", draft.id)));
  } finally {
    form.submit();
  }
}

/** Sends only what can arrive; marks it as on its way. */
async function send(event: SubmitEvent, form: HTMLFormElement): Promise<void> {
  if (form.dataset["going"] !== undefined) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const { submitter } = event;
  await keep(form, true);
  if (await reachable()) {
    form.dataset["going"] = "";
    form.requestSubmit(submitter);
    delete form.dataset["going"];
  } else {
    await keep(form, false);
    tell(form, "draft-kept");
  }
}
