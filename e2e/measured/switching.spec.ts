// How long the next person waits at a shared tablet: from the tap on a name at the lock until their page is there, the PIN typed
// as fast as a script can; and the whole hand-over, from "Not you?". Beside it, in turns, a browser's first page: the sign-in page.
// `cargo xtask bench pages` runs it on a large setting and reads the figures. It judges nothing but that it worked.
import { writeFileSync } from "node:fs";
import { type Page } from "@playwright/test";
import { expect, test } from "@playwright/test";
import { signIn } from "../fixtures/people.ts";

const PRIYA = "priya@alderhouse.example";
/** The PIN of all sample people. */
const PIN = "719304";
const ROUNDS = 40;

test("switching person on a tablet", async ({ browser, baseURL }) => {
  test.setTimeout(600_000);
  const open = async (more: object = {}) => (await browser.newContext({ baseURL, reducedMotion: "reduce", ...more })).newPage();
  const [desk, plain] = [await open(), await open()];
  const tablet = await open({ viewport: { width: 1024, height: 768 }, hasTouch: true });
  await signIn(desk, PRIYA);
  await desk.goto("/tablets");
  await desk.getByLabel("Name", { exact: true }).fill("Measured tablet");
  await desk.getByRole("button", { name: "Make the link" }).click();
  await tablet.goto(new URL(await desk.locator("#enrol-address").innerText()).pathname);
  await tablet.getByRole("button", { name: "Enrol this device" }).click();
  await expect(tablet.getByRole("heading", { level: 1 })).toHaveText("Who are you?");
  const names = await tablet.locator(".lock-tile > span:not(.avatar)").allInnerTexts();
  expect(names.length, "people to switch between").toBeGreaterThan(3);

  const figures = { switching: [] as number[], handing: [] as number[], baseline: [] as number[] };
  // The first round only warms up: the tablet's own script and fonts come with it.
  await takeOver(tablet, names[0] ?? "");
  for (let round = 1; round <= ROUNDS; round += 1) {
    const handed = performance.now();
    await tablet.getByRole("button", { name: "Not you?" }).tap();
    await tablet.locator(".lock-keys").waitFor();
    const tapped = performance.now();
    await takeOver(tablet, names[round % names.length] ?? "");
    const there = performance.now();
    figures.switching.push(there - tapped);
    figures.handing.push(there - handed);
    const asked = performance.now();
    await plain.goto("/sign-in", { waitUntil: "load" });
    figures.baseline.push(performance.now() - asked);
  }
  writeFileSync(process.env.FIGURES ?? "test-results/switching.json", JSON.stringify(figures));
});

/** Taps a name, types the PIN on the keys (the sixth sends it), and waits until that person's page has loaded. */
async function takeOver(tablet: Page, name: string): Promise<void> {
  await tablet.getByText(name, { exact: true }).tap();
  for (const figure of PIN) await tablet.locator(`.lock-key[data-key="${figure}"]`).tap();
  await tablet.locator("a.who", { hasText: name.split(" ")[0] ?? name }).waitFor();
  await tablet.waitForLoadState("load");
}
