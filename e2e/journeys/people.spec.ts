// People from invitation to end of access, as the manager and the invited person go through it.
import { test, expect } from "../fixtures/test.ts";
import { PASSWORD, as, codeOf, invite, join, signAgreement, signIn, typePassword } from "../fixtures/people.ts";

const PRIYA = "priya@alderhouse.example";

test("somebody is invited, joins, signs, is signed out from afar, and loses access", async ({ page, browser, baseURL, look }) => {
  const email = "finn@alderhouse.example";
  await as(page, PRIYA);
  await page.goto("/people/invite");
  await look();
  await page.getByLabel("Full name").fill("Finn Marlow");
  await page.getByLabel("Email address").fill("finn");
  await page.getByRole("button", { name: "Send the invitation" }).click();
  await expect(page.getByRole("alert")).toBeFocused();
  await expect(page.getByLabel("Full name")).toHaveValue("Finn Marlow");
  await expect(page.getByLabel("Email address")).toHaveValue("finn");
  await look();
  await invite(page, "Finn Marlow", email, ["Practitioner"]);
  await expect(page.getByText("Invited, not joined yet")).toBeVisible();
  await look();
  const person = page.url();

  const theirs = await (await browser.newContext({ baseURL, ignoreHTTPSErrors: true })).newPage();
  await join(theirs, email);
  await signIn(theirs, email);
  await expect(theirs).toHaveURL(/\/agreement/);
  await signAgreement(theirs, "Finn Marlow");
  await theirs.goto("/today");

  await page.goto("/people");
  const row = page.getByRole("row", { name: /Finn Marlow/ });
  await expect(row).toContainText("Signed");
  await expect(row).toContainText("1 device");
  await look();

  await page.goto(person);
  await page.getByRole("button", { name: /^End it/ }).click();
  await expect(page.getByText("Not signed in anywhere.")).toBeVisible();
  await theirs.goto("/today");
  await expect(theirs).toHaveURL(/\/sign-in/);

  await signIn(theirs, email);
  await page.goto(person);
  await page.getByText("Choose other roles").click();
  await expect(page.getByText("They are signed in on 1 device.")).toBeVisible();
  await page.getByLabel("Volunteer").check();
  await look();
  await page.getByRole("button", { name: "Save roles and sign them out" }).click();
  await expect(page.getByRole("status")).toContainText("The new roles are saved.");
  await expect(page.getByText("Practitioner, Volunteer")).toBeVisible();
  await theirs.goto("/today");
  await expect(theirs).toHaveURL(/\/sign-in/);

  await signIn(theirs, email);
  await page.getByText("Show what happens: End access").click();
  await look();
  await page.getByRole("button", { name: "End access for Finn Marlow" }).click();
  await expect(page.getByText("Access ended", { exact: true }).first()).toBeVisible();
  await look();
  await theirs.goto("/today");
  await expect(theirs.locator("a.who")).toHaveCount(0);
  await theirs.goto("/sign-in");
  await typePassword(theirs, email);
  await expect(theirs.getByText("You could not be signed in")).toBeVisible();
  await theirs.context().close();
});

test("a new manager sets up the second step, keeps recovery codes, and comes in by one of them once", async ({ page, browser, baseURL, look }) => {
  const email = "nell@alderhouse.example";
  await as(page, PRIYA);
  await invite(page, "Nell Ardern", email, ["Manager"]);
  const context = await browser.newContext({ baseURL, ignoreHTTPSErrors: true });
  const theirs = await context.newPage();
  await join(theirs, email);
  await signIn(theirs, email);
  await signAgreement(theirs, "Nell Ardern");
  await theirs.getByRole("link", { name: "Carry on" }).click();
  await expect(theirs).toHaveURL(/\/account\/second-factor\?why=second-factor-missing/);
  await expect(theirs.getByRole("status")).toContainText("Your role needs a second step");
  await expect(theirs.getByAltText(/QR code/)).toBeVisible();

  await theirs.getByLabel("Code from the app").fill("123456");
  await theirs.getByLabel("Current password").fill(PASSWORD);
  await theirs.getByRole("button", { name: "Turn on the second step" }).click();
  await expect(theirs.getByRole("alert")).toBeVisible();
  const key = await theirs.locator(".secret").innerText();
  await theirs.getByLabel("Code from the app").fill(codeOf(key));
  await theirs.getByLabel("Current password").fill(PASSWORD);
  await theirs.getByRole("button", { name: "Turn on the second step" }).click();
  await expect(theirs.getByRole("heading", { level: 1 })).toHaveText("Keep these recovery codes");
  const codes = await theirs.locator("#codes").getByRole("listitem").allInnerTexts();
  expect(codes).toHaveLength(10);
  await theirs.getByRole("link", { name: "I have kept them" }).click();
  await expect(theirs.getByText("Recovery codes left: 10")).toBeVisible();
  await theirs.goto("/coverage");
  await expect(theirs.getByRole("heading", { level: 1 })).toHaveText("Are we doing what our policy says?");

  for (const [use, outcome] of [["first", /\/today$/], ["again", /\/sign-in\/code$/]] as const) {
    await context.clearCookies();
    await typePassword(theirs, email);
    await theirs.getByLabel("Code").fill(codes[0] ?? "");
    await theirs.getByRole("button", { name: "Sign in" }).click();
    await expect(theirs, `recovery code, ${use}`).toHaveURL(outcome);
  }
  await context.close();
  await look();
});

test("new recovery codes need the password", async ({ page, look }) => {
  await as(page, PRIYA);
  await page.goto("/account");
  await page.getByText("Make new recovery codes").click();
  await page.locator("#codes-current").fill("not-my-password");
  await page.getByRole("button", { name: "Make new codes" }).click();
  await expect(page.getByRole("alert")).toContainText("Your password did not match");
  await look();
  await page.locator("#codes-current").fill(PASSWORD);
  await page.getByRole("button", { name: "Make new codes" }).click();
  await expect(page.locator("#codes").getByRole("listitem")).toHaveCount(10);
  await expect(page.getByRole("button", { name: "Copy the codes" })).toBeVisible();
  await look();
});

test("nobody ends their own access", async ({ page }) => {
  await as(page, PRIYA);
  await page.goto("/people");
  await page.getByRole("link", { name: "Priya Nair", exact: true }).click();
  await expect(page.getByText("You cannot end your own access. Ask another manager.")).toBeVisible();
  await expect(page.getByRole("button", { name: /^End access/ })).toHaveCount(0);
});

test("a practitioner who opens the list of people is told why not, and what to do", async ({ page, look }) => {
  await as(page, "amina@alderhouse.example");
  await expect(page.getByRole("link", { name: "People" })).toHaveCount(0);
  await page.getByRole("link", { name: "Policy" }).click();
  await look();
  expect(await page.locator(".back").count(), "a way back to coverage, which is not theirs").toBe(0);
  expect((await page.goto("/people"))?.status()).toBe(403);
  const told = page.getByRole("region", { name: "A rule keeps this page closed" });
  await expect(told).not.toContainText("D11");
  await expect(told).toContainText("for the manager and the leads");
  await look();
  await page.getByRole("link", { name: "Go to Today" }).click();
  await expect(page).toHaveURL(/\/today$/);
});
