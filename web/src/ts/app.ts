// The one script. Every page works without it; each element below only makes something quicker, or keeps work safe.
import { Copy } from "./copy";
import { keepDrafts } from "./drafts";
import { Frag } from "./frag";
import { More } from "./more";
import { Outbox } from "./outbox";
import { Pin } from "./pin";
import { passkeys } from "./passkey";
import { Print } from "./print";
import { Timeout } from "./timeout";

customElements.define("x-frag", Frag);
customElements.define("x-copy", Copy);
customElements.define("x-print", Print);
customElements.define("x-outbox", Outbox);
customElements.define("x-timeout", Timeout);
customElements.define("x-pin", Pin);
customElements.define("x-more", More);
void keepDrafts();
passkeys();
