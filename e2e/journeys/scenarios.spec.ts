// The numbered scenarios as far as people can act in them today. The steps that wait for other rules stand by name in the
// Rust tests of the same numbers.
import { test, expect } from "../fixtures/test.ts";
import { as, openMailedLink, signIn, typePassword } from "../fixtures/people.ts";

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

test("S39 whoever looks for help finds the lead and the deputy", async ({ page, look }) => {
  await as(page, "amina@alderhouse.example");
  await page.getByRole("link", { name: "Report" }).first().click();
  await expect(page.locator("main")).toContainText("Priya Nair");
  await expect(page.locator("main")).toContainText("Tom Okafor");
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
  await look();

  await elsewhere.goto("/today");
  await expect(elsewhere).toHaveURL(/\/sign-in/);
  await typePassword(elsewhere, email);
  await expect(elsewhere.getByText("You could not be signed in")).toBeVisible();
  await elsewhere.context().close();
  await signIn(page, email, chosen);
});
