// The numbered scenarios as far as people can act in them today. The steps that wait for other rules stand by name in the
// Rust tests of the same numbers; an import that is cut off (S40) is in `imports`, a passkey for a password (S38) in `passkeys`.
import type { Page } from "@playwright/test";
import { test, expect } from "../fixtures/test.ts";
import { PASSWORD, as, openMailedLink, signIn, typePassword } from "../fixtures/people.ts";
import { losingAnswers } from "../fixtures/connection.ts";
import { notToday, setHours } from "../fixtures/setting.ts";

const PRIYA = "priya@alderhouse.example";
const TOM = "tom@alderhouse.example";
const AMINA = "amina@alderhouse.example";
const DAFYDD = "dafydd@alderhouse.example";

test("S31 a parent's private message is reported in two taps, typed not photographed, and the lead answers", async ({ page, look, browser, baseURL }) => {
  const mails = page.getByRole("listitem").filter({ hasText: "A report of social contact waits" });
  await page.goto("/outbox");
  const before = await mails.count();
  await as(page, AMINA);
  await room(page, "Declare");
  await look();
  await page.getByRole("button", { name: "A parent messaged me privately" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Report of social contact");
  await expect(page.getByRole("status").first()).toContainText("Reported. Priya Nair and Tom Okafor have been told.");
  await expect(page.getByText("Take no screenshot")).toBeVisible();
  await look();
  const report = new URL(page.url()).pathname;
  await page.getByLabel("Which family").fill("Rahman");
  await page.getByLabel("What happened", { exact: true }).fill("Nadia wrote at night: can you babysit?");
  await page.getByRole("button", { name: "Add to the report" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "can you babysit?" })).toContainText("Rahman");
  await look();

  await page.goto("/outbox");
  await expect(mails).toHaveCount(before + 2);
  await expect(mails.filter({ hasText: "Amina" })).toHaveCount(0);

  const lead = await (await browser.newContext({ baseURL })).newPage();
  await as(lead, PRIYA);
  await task(lead, "A report of social contact waits").getByRole("link").click();
  await lead.getByLabel("I answer the family by the setting's official account").check();
  await lead.getByLabel("In your own words").fill("I write to her from the nursery's account.");
  await lead.getByRole("button", { name: "Save the answer" }).click();
  await expect(lead.getByText("Your answer is saved.")).toBeVisible();
  await lead.goto("/today");
  await expect(task(lead, "A report of social contact waits")).toHaveCount(0);
  await lead.context().close();

  await page.goto(report);
  await expect(page.getByRole("main")).toContainText("I write to her from the nursery's account.");
  await look();
});

test("S37 the chair shows how the policy is kept, live, and takes the signed checkpoint along", async ({ page, look, visit }) => {
  await as(page, "hannah@alderhouse.example");
  await visit("/coverage");
  await expect(page.getByRole("row", { name: /^D15 / })).toContainText("checked at");
  await visit("/audit");
  const coming = page.waitForEvent("download");
  await page.locator('a[href="/audit/checkpoint"]').click();
  expect((await coming).suggestedFilename()).toContain("checkpoint");
  await look();
});

test("S38 a password that others know is chosen anew, and whoever was in by the old one is out", async ({ page, look, browser }) => {
  const email = "lucja@alderhouse.example";
  const chosen = "kettle-marble-orchard-58";
  const elsewhere = await (await browser.newContext()).newPage();
  await elsewhere.goto("/sign-in");
  await signIn(elsewhere, email);

  await page.goto("/forgotten");
  await page.getByLabel("Email address").fill(email);
  await page.getByRole("button", { name: "Send the link" }).click();
  await openMailedLink(page, email);
  await page.getByLabel("Password").fill(chosen);
  await page.getByRole("button", { name: "Save the new password" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sign in");
  await look();

  await elsewhere.goto("/today");
  await expect(elsewhere).toHaveURL(/\/sign-in/);
  await typePassword(elsewhere, email);
  await expect(elsewhere.getByText("You could not be signed in")).toBeVisible();
  await elsewhere.context().close();
  await signIn(page, email, chosen);
});

test("S38 a colleague reports a password as known: its owner is out at once, the lead is told, a mailed link opens again", async ({ page, look, browser, baseURL }) => {
  const owner = await (await browser.newContext({ baseURL })).newPage();
  await signIn(owner, DAFYDD);
  await as(page, AMINA);
  await room(page, "Report");
  await page.getByRole("link", { name: "A password is known to somebody" }).click();
  await look();
  const colleague = page.locator("form").filter({ has: page.getByRole("combobox") });
  await colleague.getByRole("button").click();
  await expect(page.getByRole("alert")).toContainText("Choose whose password is known.");
  await look();
  await colleague.getByRole("combobox").selectOption("Dafydd Owen");
  await colleague.getByRole("button").click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Thank you for telling us");
  await look();

  await owner.goto("/today");
  await expect(owner).toHaveURL(/\/sign-in/);
  await typePassword(owner, DAFYDD);
  await expect(owner.getByText("You could not be signed in")).toBeVisible();
  const lead = await (await browser.newContext({ baseURL })).newPage();
  await as(lead, PRIYA);
  await lead.goto("/today");
  await task(lead, "Dafydd Owen's password was reported as known").getByRole("link").click();
  await expect(lead.getByRole("link", { name: "Dafydd Owen" })).toBeVisible();

  await openMailedLink(owner, DAFYDD);
  await owner.getByLabel("Password").fill("lantern-marzipan-gravel-31");
  await owner.getByRole("button", { name: "Save the new password" }).click();
  await signIn(owner, DAFYDD, "lantern-marzipan-gravel-31");
  await lead.reload();
  await expect(lead.getByText("Waiting for a new password")).toHaveCount(0);
  await Promise.all([owner.context().close(), lead.context().close()]);
});

test("S38 a child's page opened while the setting is closed is shown to the lead, who says that she has looked", async ({ page, look, visit, browser, baseURL }) => {
  await as(page, PRIYA);
  const usual = await setHours(page, notToday());
  const theirs = await (await browser.newContext({ baseURL })).newPage();
  await as(theirs, AMINA);
  await theirs.goto("/children");
  await theirs.getByRole("link", { name: /^Temi/ }).click();
  await expect(theirs.getByRole("heading", { level: 1 })).toHaveText("Temi Adeyemi");
  await theirs.context().close();

  await visit("/alerts");
  const alert = page.getByRole("listitem").filter({ hasText: "Amina Yusuf opened a child's page" });
  await expect(alert).toContainText("Outside opening hours");
  await alert.getByRole("button", { name: /^I have looked into it/ }).click();
  await expect(alert).toContainText("Priya Nair looked into it");
  await look();
  await setHours(page, usual);
});

test("S39 the lead is away, the deputy stands on every page and answers, and nobody is ever left without a lead", async ({ page, look, visit, browser, baseURL }) => {
  await as(page, PRIYA);
  await visit("/responsible");
  await page.getByLabel("Who is away?").selectOption("Priya Nair");
  await page.getByRole("button", { name: "Save these days" }).click();
  await expect(page.getByText("Is away, with no last day yet")).toBeVisible();
  await look();

  const amina = await (await browser.newContext({ baseURL })).newPage();
  await as(amina, AMINA);
  for (const address of ["/today", "/children", "/declarations", "/policy", "/report", "/account"]) {
    await amina.goto(address);
    const duty = amina.getByRole("complementary", { name: "On duty" });
    await expect(duty, `on duty on ${address}`).toContainText("Tom Okafor is on duty for safeguarding.");
    await expect(duty.getByRole("link", { name: TOM })).toHaveAttribute("href", `mailto:${TOM}`);
  }
  await amina.goto("/declarations/contact");
  await amina.getByRole("button", { name: "I met a family outside work" }).click();
  await expect(amina.getByRole("heading", { level: 1 })).toHaveText("Report of social contact");
  const report = new URL(amina.url()).pathname;

  // What waits for the lead stands on his board.
  const tom = await (await browser.newContext({ baseURL })).newPage();
  await as(tom, TOM);
  await expect(task(tom, /reports? of social contact waits?/)).toBeVisible();
  await tom.goto(report);
  await tom.getByLabel("No action is needed").check();
  await tom.getByLabel("In your own words").fill("You met at the swimming pool and told me at once.");
  await tom.getByRole("button", { name: "Save the answer" }).click();
  await expect(tom.getByText("Your answer is saved.")).toBeVisible();

  // He is the last who is here: away only with somebody in his place.
  await tom.goto("/responsible");
  await tom.getByLabel("Who is away?").selectOption("Tom Okafor");
  await tom.getByRole("button", { name: "Save these days" }).click();
  await expect(tom.getByRole("main")).toContainText("Name somebody who covers first");
  await tom.getByLabel("Who stands in? (optional)").selectOption("Amina Yusuf");
  await tom.getByRole("button", { name: "Save these days" }).click();
  await expect(tom.getByText("Amina Yusuf stands in.")).toBeVisible();
  await amina.goto("/report");
  await expect(amina.getByRole("complementary", { name: "On duty" })).toContainText("Stands in for Tom Okafor");
  await tom.getByRole("button", { name: /^They are back.*Tom Okafor/ }).click();
  await Promise.all([amina.context().close(), tom.context().close()]);

  await page.reload();
  await page.getByRole("button", { name: /^They are back.*Priya Nair/ }).click();
  await expect(page.getByRole("complementary", { name: "On duty" })).toContainText("Priya Nair is on duty");
  await look();
});

test("S40 an invitation and a signature whose answers are lost are done once, and the log is whole", async ({ page, look, browser, baseURL }) => {
  const email = "ash@alderhouse.example";
  await as(page, PRIYA);
  await losingAnswers(page, "**/people", () => fillInvitation(page, "Ash Lomax", email));
  await page.getByRole("button", { name: "Send the invitation" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await look();
  await page.goto("/people");
  await expect(page.getByRole("row", { name: /Ash Lomax/ })).toHaveCount(1);

  const ash = await (await browser.newContext({ baseURL })).newPage();
  await openMailedLink(ash, email);
  await ash.getByLabel("Password").fill(PASSWORD);
  await losingAnswers(ash, "**/invitation", () => ash.getByRole("button", { name: "Save and join" }).click());
  await signIn(ash, email);
  await ash.getByLabel("I have read this agreement").check();
  await ash.getByLabel("Type your full name").fill("Ash Lomax");
  await losingAnswers(ash, "**/agreement", () => ash.getByRole("button", { name: "Sign the agreement" }).click());
  await ash.getByRole("button", { name: "Sign the agreement" }).click();
  await expect(ash.getByRole("heading", { name: "You have signed" })).toBeVisible();
  await ash.goto("/agreement");
  await expect(ash.getByRole("main")).toContainText("Signed today");
  await ash.goto("/today");
  await expect(ash).toHaveURL(/\/today$/);
  await ash.context().close();

  await page.goto("/audit");
  for (const what of ["Invite a person", "Accept an invitation", "Sign the e-safety agreement"]) {
    await page.getByLabel("Show", { exact: true }).selectOption({ label: what });
    await page.getByRole("button", { name: "Show", exact: true }).click();
    const done = page.getByRole("listitem").filter({ hasText: "Ash Lomax" }).filter({ hasText: "Done" }).filter({ hasNotText: "repeated" });
    await expect(done, `${what}, in the log`).toHaveCount(1);
  }
  await expect(page.getByText("Changed", { exact: true }), "entries that were changed").toHaveCount(0);
  await expect(page.getByText("The newest seal cannot be believed")).toHaveCount(0);
});

/** Goes to a room by the main navigation. */
async function room(page: Page, name: string): Promise<void> {
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name }).click();
}

/** What a board asks for. */
function task(page: Page, title: string | RegExp) {
  return page.locator(".task").filter({ has: page.getByRole("heading", { name: title }) });
}

async function fillInvitation(page: Page, name: string, email: string): Promise<void> {
  await page.goto("/people/invite");
  await page.getByLabel("Full name").fill(name);
  await page.getByLabel("Email address").fill(email);
  for (const box of await page.getByRole("checkbox").all()) await box.uncheck();
  await page.getByLabel("Volunteer", { exact: true }).check();
  await page.getByRole("button", { name: "Send the invitation" }).click();
}
