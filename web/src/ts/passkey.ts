// Passkeys: shows what needs them where the browser has them, hands the challenge on the page to the device, and posts the
// answer as the form that is there. Bytes travel as base64url. Nothing is sent by this script itself.

type Wire = Record<string, unknown>;

/** Shows what needs passkeys where there are any, and asks at once on the page that is for asking. */
export function passkeys(): void {
  const able = typeof PublicKeyCredential === "function" && typeof navigator.credentials?.get === "function";
  for (const part of document.querySelectorAll<HTMLElement>("[data-needs-passkeys]")) part.hidden = !able;
  for (const part of document.querySelectorAll<HTMLElement>("[data-without-passkeys]")) part.hidden = able;
  const form = document.querySelector<HTMLFormElement>("form[data-passkey]");
  if (!form) return;
  if (!able) return says(form, form.dataset["unable"]);
  form.addEventListener("submit", (event) => {
    if (answer(form).value !== "") return;
    event.preventDefault();
    void ask(form);
  });
  void ask(form);
}

/** Asks the device, and posts what it answers. */
async function ask(form: HTMLFormElement): Promise<void> {
  if (form.getAttribute("aria-busy") === "true") return;
  form.setAttribute("aria-busy", "true");
  says(form, "");
  try {
    const options = JSON.parse(form.dataset["options"] ?? "{}") as Wire;
    const made = form.dataset["passkey"] === "create"
      ? await navigator.credentials.create({ publicKey: creation(options) })
      : await navigator.credentials.get({ publicKey: request(options) });
    if (!(made instanceof PublicKeyCredential)) throw new DOMException("", "NotAllowedError");
    answer(form).value = JSON.stringify(written(made));
    form.submit();
  } catch (error) {
    says(form, form.dataset[kind(error)]);
  } finally {
    form.removeAttribute("aria-busy");
  }
}

/** Which of the page's sentences fits. */
function kind(error: unknown): string {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "AbortError") return "cancelled";
  if (name === "InvalidStateError") return "exists";
  if (name === "SecurityError") return "elsewhere";
  return "failed";
}

function says(form: HTMLFormElement, words: string | undefined): void {
  const place = form.querySelector<HTMLElement>("[data-says]");
  if (place) place.textContent = words ?? "";
}

function answer(form: HTMLFormElement): HTMLInputElement {
  return form.elements.namedItem("answer") as HTMLInputElement;
}

/** What the server asks for a new passkey, with bytes where the browser wants them. */
function creation(wire: Wire): PublicKeyCredentialCreationOptions {
  const user = wire["user"] as Wire;
  const options = { ...wire, challenge: bytes(wire["challenge"]), user: { ...user, id: bytes(user["id"]) } };
  return { ...options, excludeCredentials: known(wire["excludeCredentials"]) } as unknown as PublicKeyCredentialCreationOptions;
}

/** What the server asks for a passkey to be shown. */
function request(wire: Wire): PublicKeyCredentialRequestOptions {
  const options = { ...wire, challenge: bytes(wire["challenge"]), allowCredentials: known(wire["allowCredentials"]) };
  return options as unknown as PublicKeyCredentialRequestOptions;
}

function known(list: unknown): PublicKeyCredentialDescriptor[] {
  const rows = Array.isArray(list) ? (list as Wire[]) : [];
  return rows.map((row) => ({ ...row, id: bytes(row["id"]) }) as unknown as PublicKeyCredentialDescriptor);
}

/** The device's answer as the server reads it. */
function written(made: PublicKeyCredential): Wire {
  const common = { id: made.id, rawId: text(made.rawId), type: made.type, extensions: {} };
  const said = made.response;
  if (said instanceof AuthenticatorAttestationResponse) {
    const response = { clientDataJSON: text(said.clientDataJSON), attestationObject: text(said.attestationObject) };
    return { ...common, response };
  }
  const shown = said as AuthenticatorAssertionResponse;
  return {
    ...common,
    response: {
      clientDataJSON: text(shown.clientDataJSON),
      authenticatorData: text(shown.authenticatorData),
      signature: text(shown.signature),
      userHandle: shown.userHandle ? text(shown.userHandle) : null,
    },
  };
}

/** Bytes of a text in base64url. */
function bytes(encoded: unknown): Uint8Array<ArrayBuffer> {
  const plain = atob(String(encoded).replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

/** Base64url of bytes, without padding. */
function text(buffer: ArrayBuffer): string {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
