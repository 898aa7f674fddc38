// Server HTML made inert: accepted only from our own server's fragment answers, parsed in a document that runs nothing,
// scripts, frames and handlers dropped. The only file that touches Trusted Types.

const HEADER = "x-fragment";
const DROPPED = "script, iframe, frame, object, embed, base, meta, link, style, template, portal";
const LINKS = ["href", "src", "action", "formaction", "xlink:href"];

interface Policy { createHTML(html: string, answer: Response): string }
interface Factory { createPolicy(name: string, rules: Policy): Policy }
declare global { interface Window { trustedTypes?: Factory } }

/** What each answer really said, so that the policy can tell that answer's text from any other string. */
const texts = new WeakMap<Response, string>();

const rules: Policy = {
  createHTML(html, answer) {
    if (!isFragment(answer)) throw new TypeError("Not a fragment of this server");
    if (texts.get(answer) !== html) throw new TypeError("Not the text of this answer");
    return html;
  },
};
const policy = window.trustedTypes?.createPolicy("frag", rules) ?? rules;

/** Whether this is an answer of our own origin that names itself a fragment. */
export function isFragment(answer: Response): boolean {
  return answer.type === "basic"
    && new URL(answer.url).origin === location.origin
    && answer.headers.has(HEADER)
    && (answer.headers.get("content-type") ?? "").startsWith("text/html");
}

/** The nodes of a fragment answer. Throws when the answer is not ours. */
export async function nodesOf(answer: Response): Promise<Node[]> {
  const html = await answer.text();
  texts.set(answer, html);
  const page = new DOMParser().parseFromString(policy.createHTML(html, answer), "text/html");
  page.querySelectorAll(DROPPED).forEach((element) => element.remove());
  page.querySelectorAll("*").forEach(disarm);
  return [...page.body.childNodes];
}

function disarm(element: Element): void {
  for (const { name, value } of [...element.attributes]) {
    const handler = name.startsWith("on") || name === "style" || name === "srcdoc";
    if (handler || (LINKS.includes(name) && !staysHere(value))) element.removeAttribute(name);
  }
}

/** Links of a fragment lead to this server, or to a telephone or mail program. */
function staysHere(value: string): boolean {
  const address = URL.canParse(value, document.baseURI) ? new URL(value, document.baseURI) : null;
  if (!address) return false;
  return address.origin === location.origin || ["tel:", "mailto:"].includes(address.protocol);
}
