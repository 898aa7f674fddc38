// The other rooms in use: one's own sessions and password, settings, the log with its filter and pages, policy and report,
// and the families' pages by light and by dark.
import { test, expect } from "../fixtures/test.ts";
import { PASSWORD, as, signIn } from "../fixtures/people.ts";

const PRIYA = "priya@alderhouse.example";

test("a session left open elsewhere is ended from the account", async ({ page, browser, baseURL, look }) => {
  const other = await (await browser.newContext({ baseURL, ignoreHTTPSErrors: true })).newPage();
  await signIn(other, "ravi@elmlane.example");
  await signIn(page, "ravi@elmlane.example");
  await page.goto("/account");
  await expect(page.getByText("This device", { exact: true })).toHaveCount(1);
  await look();
  await page.getByRole("button", { name: /^End it/ }).click();
  await expect(page.getByRole("button", { name: /^End it/ })).toHaveCount(0);
  await other.goto("/today");
  await expect(other).toHaveURL(/\/sign-in/);
  await other.context().close();
});

test("a password is changed only by whoever knows the old one, and to one that is hard to guess", async ({ page, look }) => {
  await signIn(page, "ewan@bracken.example");
  await page.goto("/account");
  const change = async (current: string, password: string) => {
    await page.getByLabel("Current password").fill(current);
    await page.getByLabel("New password").fill(password);
    await page.getByRole("button", { name: "Change password" }).click();
  };
  await change("not-my-password", "lantern-harbour-plum-37");
  await expect(page.getByRole("alert")).toContainText("Your current password did not match");
  await look();
  await change(PASSWORD, "password123456");
  await expect(page.getByRole("alert")).toBeVisible();
  await look();
  await change(PASSWORD, "lantern-harbour-plum-37");
  await expect(page.getByRole("alert")).toHaveCount(0);
  await page.context().clearCookies();
  await signIn(page, "ewan@bracken.example", "lantern-harbour-plum-37");
});

test("settings keep what was typed when something is wrong, and change the name everywhere", async ({ page, look }) => {
  await as(page, PRIYA);
  const save = async (name: string, zone: string) => {
    await page.goto("/settings");
    await page.getByLabel("Name of the setting").fill(name);
    await page.getByLabel("Time zone").fill(zone);
    await page.getByRole("button", { name: "Save settings" }).click();
  };
  await save("Alder House Nursery", "Europe/Atlantis");
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(page.getByLabel("Time zone")).toHaveValue("Europe/Atlantis");
  await look();
  await save("Alder House", "Europe/London");
  await expect(page.locator(".topbar")).toContainText("Alder House");
  await expect(page).toHaveTitle("Settings – Alder House");
  await expect(page.getByRole("status").first()).toContainText("The settings are saved.");
  await save("Alder House Nursery", "Europe/London");
  await expect(page).toHaveTitle("Settings – Alder House Nursery");
});

test("the log is read by kind and page by page", async ({ page, look }) => {
  await as(page, PRIYA);
  await page.goto("/audit");
  const entries = page.locator(".log > li");
  await expect(entries).toHaveCount(50);
  const newest = Number(await entries.first().locator(".log-seq").innerText());
  await page.getByRole("link", { name: "Older" }).click();
  expect(Number(await entries.first().locator(".log-seq").innerText())).toBe(newest - 50);
  await look();
  await page.getByRole("link", { name: "Newer" }).click();
  await expect(page).toHaveURL(/\/audit$/);
  await page.getByLabel("Show", { exact: true }).selectOption({ label: "Invite a person" });
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await expect(entries.filter({ hasText: "Invite a person" })).not.toHaveCount(0);
  await expect(entries.filter({ hasNotText: "Invite a person" })).toHaveCount(0);
  await page.getByLabel("Show", { exact: true }).selectOption({ label: "Restore a backup" });
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Nothing here" })).toBeVisible();
  await look();
  await page.getByRole("link", { name: "Show everything" }).click();
  await expect(entries).toHaveCount(50);
});

test("coverage is shown by state and for a day that is over", async ({ page, look }) => {
  await as(page, PRIYA);
  await page.goto("/coverage");
  await page.getByRole("link", { name: /not built yet/ }).click();
  await expect(page.locator("table .tag").filter({ hasText: "Not built yet" })).not.toHaveCount(0);
  await expect(page.locator("table .tag").filter({ hasNotText: "Not built yet" })).toHaveCount(0);
  await page.getByRole("link", { name: /^All \d+ clauses$/ }).click();
  await page.getByText("Choose another").click();
  await look();
  await page.getByRole("navigation", { name: "Another day" }).getByRole("link").nth(3).click();
  await expect(page).toHaveURL(/on=\d{4}-\d\d-\d\d/);
  await expect(page.getByRole("row", { name: /^D15 / })).toBeVisible();
  await look();
});

test("every part of the policy is reached from its contents", async ({ page, look }) => {
  await as(page, PRIYA);
  await page.goto("/coverage");
  await page.getByRole("link", { name: "Read the policy" }).click();
  await look();
  const contents = page.getByRole("navigation", { name: "Contents" }).getByRole("link");
  for (const link of await contents.all()) {
    const target = (await link.getAttribute("href")) ?? "";
    await expect(page.locator(target).getByRole("heading", { level: 2 })).toHaveText(await link.innerText());
  }
  await expect(page.getByText("D76", { exact: true })).toBeVisible();
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`a parent reads the policy and finds the report door, ${colorScheme}`, async ({ page, look }) => {
    await page.emulateMedia({ colorScheme });
    await page.goto("/");
    await signIn(page, "grace@family.example");
    await expect(page).toHaveURL(/\/policy$/);
    await look();
    for (const [tab, heading] of [["Agreement", /agreement/i], ["Report", "Report something"]] as const) {
      await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: tab }).click();
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(heading);
      await look();
    }
    await page.getByRole("link", { name: /Account/ }).click();
    await look();
    await page.goto("/today");
    await expect(page.getByText("This board is for staff.")).toBeVisible();
    await page.getByRole("link", { name: "Go to" }).click();
    await expect(page).toHaveURL(/\/policy$/);
  });
}
