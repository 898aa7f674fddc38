// Passkeys with the browser's own virtual device: adding one, signing in with it alone and after the password, giving up and
// trying again, a browser without scripts; and families, who come in by a mailed link and need no mail the next time.
import type { CDPSession, Page } from "@playwright/test";
import { test, expect } from "../fixtures/test.ts";
import { as, openMailedLink, PASSWORD, signAgreement, signIn, typePassword } from "../fixtures/people.ts";

// A passkey belongs to a name, and the sample's is `localhost`.
test.use({ baseURL: (process.env.BASE_URL ?? "").replace("127.0.0.1", "localhost") });

/** A device with a screen lock that keeps passkeys, as a phone or a laptop does. */
async function device(page: Page): Promise<{ session: CDPSession; id: string }> {
  const session = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable");
  const { authenticatorId: id } = await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { session, id };
}

test("S38 a passkey takes the place of a password that somebody could watch", async ({ page, look }) => {
  const { session, id } = await device(page);
  const email = "dafydd@alderhouse.example";
  await signIn(page, email);
  await page.goto("/account");
  await look();
  await page.getByRole("link", { name: "Add a passkey" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Add a passkey");
  await look();
  await page.getByLabel("Current password").fill("not-my-password");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await expect(page.getByRole("alert")).toContainText("did not match");
  await look();
  await page.getByLabel("Current password").fill(PASSWORD);
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Keep these recovery codes");
  const { credentials } = await session.send("WebAuthn.getCredentials", { authenticatorId: id });
  expect(credentials.map((credential) => credential.isResidentCredential)).toEqual([true]);
  await page.goto("/account");
  await expect(page.getByText("Your passkey is your second step.")).toBeVisible();
  await look();
  await page.getByRole("button", { name: "Sign out" }).click();

  // Alone, without an address.
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await expect(page.locator("a.who")).toBeVisible();
  await page.context().clearCookies();

  // After the password; the first try is given up, and the button asks again.
  await typePassword(page, email);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Enter your code");
  await look();
  await session.send("WebAuthn.setUserVerified", { authenticatorId: id, isUserVerified: false });
  await page.getByRole("button", { name: "Use your passkey" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Show your passkey");
  await expect(page.getByRole("status")).toContainText("No passkey was used");
  await look();
  await session.send("WebAuthn.setUserVerified", { authenticatorId: id, isUserVerified: true });
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.locator("a.who")).toBeVisible();

  // A second one on the same device is not needed, and the browser says so.
  await page.goto("/account/passkeys/new");
  await page.getByLabel("Current password").fill(PASSWORD);
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await expect(page.getByRole("status")).toContainText("has a passkey for your account already");

  await page.goto("/account");
  await page.getByRole("link", { name: "Remove" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Remove a passkey");
  await look();
  await page.getByLabel("Current password").fill(PASSWORD);
  await page.getByRole("button", { name: "Remove this passkey" }).click();
  await expect(page.getByText("The passkey is removed.")).toBeVisible();
});

test("a family is invited, joins without a password, and comes in by a passkey the next time", async ({ page, look, browser }) => {
  const email = "siobhan@family.example";
  const office = await (await browser.newContext({ baseURL: process.env.BASE_URL })).newPage();
  await as(office, "priya@alderhouse.example");
  await office.goto("/children");
  await office.getByRole("button", { name: "Send the invitations" }).click();
  await expect(office.getByRole("status").first()).toContainText(/invitations? (is|are) on (its|their) way/);
  await office.context().close();

  await device(page);
  await openMailedLink(page, email);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Join your setting");
  await look();
  await page.getByRole("button", { name: "Join and sign in" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Next time without a mail");
  await expect(page.getByLabel("Current password")).toHaveCount(0);
  await look();
  await page.getByRole("button", { name: "Add a passkey" }).click();
  // What families promise comes first; the passkey is there.
  await expect(page).toHaveURL(/\/agreement/);
  await look();
  await signAgreement(page, "Siobhán Brennan");
  await page.context().clearCookies();
  await page.goto("/sign-in");
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await expect(page.locator("a.who")).toContainText("Siobhán Brennan");
  // Her own children, and nobody else's.
  await page.goto("/children");
  await expect(page.getByRole("row")).toHaveCount(3);
  await expect(page.getByRole("main")).toContainText("Aoife Brennan");
  await expect(page.getByRole("main")).toContainText("Cillian Brennan");
  await look();
});

test("a parent asks for a link, which signs in once", async ({ page, look }) => {
  const email = "grace@family.example";
  await page.goto("/sign-in");
  await look();
  await page.getByRole("link", { name: "Send me a link" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sign in by email");
  await look();
  await page.getByLabel("Email address").fill(email);
  await page.getByRole("button", { name: "Send me a link" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Check your email");
  await look();
  await openMailedLink(page, email);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sign in to Stairgate");
  await look();
  const link = page.url();
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Next time without a mail");
  await look();
  await page.getByRole("link", { name: "Not now" }).click();
  await expect(page.locator("a.who")).toContainText("Grace Adeyemi");
  await page.context().clearCookies();
  await page.goto(link);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("This link no longer works");
});

test("a device without the passkey says so, and nothing is lost", async ({ page, look }) => {
  await device(page);
  await page.goto("/sign-in");
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Show your passkey");
  await expect(page.getByRole("status")).toContainText("nothing has changed");
  await look();
  await page.getByRole("link", { name: "Start again" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sign in");
});

test("without scripts the page says that a passkey needs them, and the password works", async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto("/sign-in");
  const says = page.locator("noscript");
  await expect(says).toBeVisible();
  // Playwright takes the text of this element for none.
  expect(await says.evaluate((element) => element.textContent)).toContain("A passkey needs scripts");
  await expect(page.getByRole("button", { name: "Sign in with a passkey" })).toBeHidden();
  await signIn(page, "lucja@alderhouse.example");
  await context.close();
});

test("at another address than its own the page says where to go", async ({ page, look }) => {
  await device(page);
  await page.goto((process.env.BASE_URL ?? "").replace("localhost", "127.0.0.1"));
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await expect(page.getByRole("status")).toContainText(/belongs to another address.*Open http:\/\/localhost/);
  await look();
});
