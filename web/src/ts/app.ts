// The one script. Every page works without it; each element below only makes something quicker.
import { Copy } from "./copy";
import { Frag } from "./frag";
import { passkeys } from "./passkey";
import { Print } from "./print";

customElements.define("x-frag", Frag);
customElements.define("x-copy", Copy);
customElements.define("x-print", Print);
passkeys();
