// The e-safety agreement (D15; E23 under policy E), over the setting's own HTTPS: whoever has not signed opens nothing but
// it and the report door, is told why in the policy's words, signs, gets on; coverage shows it, and the log proves it.
import { readFileSync } from "node:fs";
import { connect } from "node:tls";
import type { Page } from "@playwright/test";
import { test, expect } from "../fixtures/test.ts";
import { HTTPS, as, invite, join, signAgreement, signIn } from "../fixtures/people.ts";

test.use({ baseURL: HTTPS });
test.describe.configure({ mode: "serial" });

const AGREEMENT = /e-safety .*agreement|agreement/i;

test("D15 the connection is proved by the setting's own certificate authority", async () => {
  const data = process.env.DATA;
  if (data === undefined) throw new Error("DATA, the server's folder, is not set: start by cargo xtask e2e.");
  const authority = readFileSync(`${data}/certificate/authority.pem`);
  const { hostname, port } = new URL(HTTPS);
  const trusted = (ca?: Buffer) =>
    new Promise<boolean>((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port), ca, rejectUnauthorized: false }, () => {
        resolve(socket.authorized);
        socket.end();
      });
      socket.on("error", reject);
    });
  expect(await trusted(authority), "by a device that has accepted the authority").toBe(true);
  expect(await trusted(), "by a device that has not").toBe(false);
});

test("D15 an unsigned practitioner opens only the agreement and the report door, signs, and gets on", async ({ page, look, visit }) => {
  await page.goto("/");
  await look();
  await signIn(page, "callum@alderhouse.example");
  await expectLedToAgreement(page, "D15", "An e-safety and internet agreement is signed by each member of staff.");
  await look();
  for (const room of ["/coverage", "/people", "/audit", "/settings"]) {
    await page.goto(room);
    await expectLedToAgreement(page, "D15");
  }
  await expect(page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Today", exact: true })).toHaveCount(0);

  await visit("/report");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Report something");
  await expect(page.getByText("Priya Nair").first()).toBeVisible();

  await page.goto("/agreement");
  await page.getByLabel("Type your full name").fill("Callum Reid");
  await page.getByRole("button", { name: "Sign the agreement" }).click();
  await expect(page.getByRole("alert")).toBeFocused();
  await expect(page.getByRole("alert")).toContainText("Tick this once you have read the agreement.");
  await expect(page.getByLabel("Type your full name")).toHaveValue("Callum Reid");
  await look();

  await page.getByLabel("Type your full name").fill("");
  await page.getByLabel("I have read this agreement").check();
  await page.getByRole("button", { name: "Sign the agreement" }).click();
  await expect(page.getByRole("alert")).toContainText("Type your name as your signature");
  await expect(page.getByLabel("I have read this agreement")).toBeChecked();
  await look();
  await page.goto("/today");
  await expectLedToAgreement(page, "D15");

  await signAgreement(page, "Callum Reid");
  await look();
  await page.getByRole("link", { name: "Carry on" }).click();
  await expect(page).toHaveURL(/\/today$/);
  await expect(page.getByText("You have signed the e-safety agreement.")).toBeVisible();
  await look();
});

test("D15 the manager sees the clause working, with its evidence", async ({ page, look, visit }) => {
  await as(page, "priya@alderhouse.example");
  await expect(page.getByText("11 people have signed the e-safety agreement")).toBeVisible();
  await look();
  await visit("/coverage");
  const row = page.getByRole("row", { name: /^D15 / });
  await expect(row).toContainText("An e-safety and internet agreement is signed by each member of staff.");
  await expect(row).toContainText("11 of 11 people have signed, checked at");
  await expect(row.locator(".tag")).toHaveText("Working");
  await expect(row.getByRole("img")).toHaveAccessibleName(/^D15: Kept on (all )?\d+ days/);
  await row.getByText("Show the rules").click();
  await expect(row.getByText("E-safety agreement: Working")).toBeVisible();
});

test("D15 the log shows what was refused by which clause, and the signature; its export downloads", async ({ page, visit }) => {
  await as(page, "priya@alderhouse.example");
  await visit("/audit");
  const refused = page.getByRole("listitem").filter({ hasText: "Callum Reid" }).filter({ hasText: "Refused" });
  for (const what of ["Open Today", "Open coverage", "Open people", "Open the log", "Open the settings"]) {
    await expect(refused.filter({ hasText: what }).first()).toContainText("D15");
  }
  await page.getByLabel("Show", { exact: true }).selectOption({ label: "Sign the e-safety agreement" });
  await page.getByRole("button", { name: "Show", exact: true }).click();
  const signed = page.getByRole("listitem").filter({ hasText: "Callum Reid" }).filter({ hasText: "Done" });
  await expect(signed).toHaveCount(1);
  await expect(signed).toContainText("agreement: acceptable_use");

  const coming = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export the log" }).click();
  const file = await (await coming).path();
  const lines = readFileSync(file, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.length).toBeGreaterThan(70);
  const text = JSON.stringify(lines);
  expect(text).toContain("agreement-unsigned");
  expect(text).not.toContain("Callum");
  expect(text).not.toContain("callum@");
});

test("D15 under policy E the same holds by E23, by keyboard alone", async ({ page, look }) => {
  await page.goto("/sign-in");
  await reach(page, page.getByLabel("Email address"));
  await page.keyboard.type("kofi@hazel.example");
  await page.keyboard.press("Tab");
  await page.keyboard.type("wheelbarrow-tinsel-otter-92");
  await page.keyboard.press("Enter");
  await expectLedToAgreement(page, "E23", "We have clear policies and agreements on acceptable use.");
  await look();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to main content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await reach(page, page.getByLabel("I have read this agreement"));
  await page.keyboard.press("Space");
  await page.keyboard.press("Tab");
  await page.keyboard.type("Kofi Mensah");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("You have signed");
  await reach(page, page.getByRole("link", { name: "Carry on" }));
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/today$/);
});

test("D15 under policy E the manager sees E23 with its evidence, and the log the refusal", async ({ page, visit }) => {
  await as(page, "beth@hazel.example");
  await visit("/coverage");
  await expect(page.getByRole("row", { name: /^E23 / })).toContainText("2 of 2 people have signed");
  await visit("/audit");
  const refused = page.getByRole("listitem").filter({ hasText: "Kofi Mensah" }).filter({ hasText: "Refused" });
  await expect(refused.first()).toContainText("E23");
});

test.describe("with scripts off", () => {
  test.use({ javaScriptEnabled: false });

  test("D15 somebody who was invited joins, is led to the agreement, signs and gets on", async ({ page }) => {
    await as(page, "priya@alderhouse.example");
    await invite(page, "Wren Castle", "wren@alderhouse.example", ["Volunteer"]);
    await page.context().clearCookies();
    await join(page, "wren@alderhouse.example");
    await signIn(page, "wren@alderhouse.example");
    await expectLedToAgreement(page, "D15");
    await page.getByRole("button", { name: "Sign the agreement" }).click();
    await expect(page.getByText("There is a problem")).toBeVisible();
    await signAgreement(page, "Wren Castle");
    await page.getByRole("link", { name: "Carry on" }).click();
    await expect(page).toHaveURL(/\/today$/);
  });
});

/** On the agreement, told by which rule and in which of the policy's words, with what to do. */
async function expectLedToAgreement(page: Page, clause: string, words?: string): Promise<void> {
  await expect(page).toHaveURL(/\/agreement\?why=agreement-unsigned/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(AGREEMENT);
  const told = page.getByRole("region", { name: "Nothing else is open to you until you have signed this" });
  await expect(told).toContainText("The rule behind this");
  await expect(told.getByText(clause, { exact: true })).toBeVisible();
  if (words !== undefined) await expect(told).toContainText(words);
  await expect(told).toContainText("What to do next");
}

/** Presses Tab until an element has the focus. */
async function reach(page: Page, element: ReturnType<Page["locator"]>): Promise<void> {
  for (let presses = 0; presses < 40; presses += 1) {
    if (await element.evaluate((found) => found === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  await expect(element, "reached by Tab").toBeFocused();
}
