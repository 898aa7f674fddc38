// What this browser keeps for its people: sealed with a key that no script can read out, in one database. Each thing is
// bound to what it belongs to (additional data), so that a row that was moved opens as nothing.

const NAME = "stairgate";
const KEY = "box";
const COUNTER_BYTES = 12;

/** Something sealed. */
export interface Sealed { readonly iv: Uint8Array<ArrayBuffer>; readonly ct: ArrayBuffer }
export type Store = "items" | "drafts";

let opened: Promise<IDBDatabase> | undefined;

function database(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("keys");
      asked.result.createObjectStore("items", { keyPath: "id" });
      asked.result.createObjectStore("drafts", { keyPath: "id" });
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error ?? new Error("The browser's database did not open"));
  });
  return opened;
}

function done<T>(asked: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error ?? new Error("The browser's database did not answer"));
  });
}

async function store(name: Store | "keys", mode: IDBTransactionMode): Promise<IDBObjectStore> {
  return (await database()).transaction(name, mode).objectStore(name);
}

/** The one key of this browser; two pages that make it at once end up with the same one. */
async function key(): Promise<CryptoKey> {
  const found = (await done((await store("keys", "readonly")).get(KEY))) as CryptoKey | undefined;
  if (found) return found;
  const fresh = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  try {
    await done((await store("keys", "readwrite")).add(fresh, KEY));
    return fresh;
  } catch {
    return (await done((await store("keys", "readonly")).get(KEY))) as CryptoKey;
  }
}

/** Seals a value, bound to `belongs`. */
export async function seal(value: unknown, belongs: string): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(COUNTER_BYTES));
  const text = new TextEncoder();
  const how = { name: "AES-GCM", iv, additionalData: text.encode(belongs) };
  return { iv, ct: await crypto.subtle.encrypt(how, await key(), text.encode(JSON.stringify(value))) };
}

/** Opens what was sealed for `belongs`; throws on anything else. */
export async function open(sealed: Sealed, belongs: string): Promise<unknown> {
  const how = { name: "AES-GCM", iv: sealed.iv, additionalData: new TextEncoder().encode(belongs) };
  return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(how, await key(), sealed.ct)));
}

export async function put<Row extends { id: string }>(name: Store, row: Row): Promise<void> {
  await done((await store(name, "readwrite")).put(row));
}
export async function take(name: Store, id: string): Promise<void> {
  await done((await store(name, "readwrite")).delete(id));
}
export async function all<T>(name: Store): Promise<T[]> {
  return (await done((await store(name, "readonly")).getAll())) as T[];
}

/** Whether our server answers now. Cheaper than losing what was typed to a browser's error page. */
export async function reachable(): Promise<boolean> {
  try {
    return (await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(4000) })).ok;
  } catch {
    return false;
  }
}
