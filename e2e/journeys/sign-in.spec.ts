// Coming in and going out: a wrong password, too many of them, a forgotten one, the second step, and signing out.
import { test, expect } from "../fixtures/test.ts";
import { freshCode, openMailedLink, signIn, typePassword } from "../fixtures/people.ts";

test("a wrong password keeps the address, and an unknown address is answered the same", async ({ page, look }) => {
  const answers: string[] = [];
  for (const email of ["amina@alderhouse.example", "nobody@alderhouse.example"]) {
    await typePassword(page, email, "not-my-password");
    await expect(page.getByText("You could not be signed in")).toBeVisible();
    await expect(page.getByLabel("Email address")).toHaveValue(email);
    await expect(page.getByLabel("Password")).toHaveValue("");
    answers.push(await page.getByRole("region", { name: "You could not be signed in" }).innerText());
    await look();
  }
  expect(answers[1]).toBe(answers[0]);
});

test("after 8 wrong passwords not even the right one opens, and the page says for how long", async ({ page, look }) => {
  for (let tries = 0; tries < 8; tries += 1) await typePassword(page, "mei@alderhouse.example", `wrong-${tries}`);
  const answer = page.waitForResponse((response) => response.request().method() === "POST");
  await typePassword(page, "mei@alderhouse.example");
  expect((await answer).status()).toBe(429);
  await expect(page.getByRole("alert")).toContainText("15 minutes");
  await look();
});

test("a forgotten password is chosen anew by a mailed link, which works once", async ({ page, look }) => {
  const email = "rosa@alderhouse.example";
  await page.goto("/sign-in");
  await page.getByRole("link", { name: "Forgotten your password?" }).click();
  await page.getByLabel("Email address").fill("rosa");
  await page.getByRole("button", { name: "Send the link" }).click();
  await expect(page.getByRole("alert")).toContainText("name@example.org");
  await expect(page.getByLabel("Email address")).toHaveValue("rosa");
  await look();
  await page.getByLabel("Email address").fill(email);
  await page.getByRole("button", { name: "Send the link" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Check your email");
  await look();

  await openMailedLink(page, email);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Choose a new password");
  await look();
  const link = page.url();
  await page.getByLabel("Password").fill("rosa1234");
  await page.getByRole("button", { name: "Save the new password" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await look();
  await page.getByLabel("Password").fill("lantern-harbour-plum-37");
  await page.getByRole("button", { name: "Save the new password" }).click();
  await signIn(page, email, "lantern-harbour-plum-37");

  await page.context().clearCookies();
  await page.goto(link);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("This link no longer works");
  await look();
  await typePassword(page, email);
  await expect(page.getByText("You could not be signed in")).toBeVisible();
});

test("the second step takes a code of now, once", async ({ page, look }) => {
  const email = "isla@bracken.example";
  await typePassword(page, email);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Enter your code");
  await look();
  await page.getByLabel("Code").fill("000000");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toContainText("This code is not right");
  await look();
  const code = await freshCode(page, email);
  await page.getByLabel("Code").fill(code);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/today$/);
  await page.context().clearCookies();
  await typePassword(page, email);
  await page.getByLabel("Code").fill(code);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toContainText("used already");
});

test("whoever signs out is out; whoever was going somewhere arrives there after signing in", async ({ page, look }) => {
  await page.goto("/account");
  await expect(page).toHaveURL(/\/sign-in\?to=/);
  await signIn(page, "sean@alderhouse.example");
  await expect(page).toHaveURL(/\/account$/);
  await look();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sign in");
  await page.goto("/today");
  await expect(page).toHaveURL(/\/sign-in/);
});

test("a link to another site is not followed after signing in", async ({ page, baseURL }) => {
  await page.goto("/sign-in?to=//elsewhere.invalid/");
  await signIn(page, "sean@alderhouse.example");
  expect(new URL(page.url()).origin).toBe(baseURL);
});

test("where the policy says so, staff work on the setting's devices only, and are told so; the report door stays open", async ({ page, look }) => {
  await typePassword(page, "sam@cornflower.example");
  const told = page.getByRole("region", { name: "A rule keeps this page closed" });
  await expect(told).toContainText("B12");
  await expect(told).toContainText("This setting lets staff work on its own devices only.");
  await look();
  await page.getByRole("link", { name: "Report something" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Report something");
  await expect(page.getByRole("main")).toContainText("Judith Wells");
  await page.goto("/children");
  await page.getByRole("link", { name: "Open your account" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Your account");
});
