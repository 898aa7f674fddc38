// Every page at every size: axe, 44 px, nothing cut off or scrolling sideways, down to 320 px. Journeys look at what they
// pass; this list is what must be whole on a tablet, a phone and a short screen.
import { test } from "../fixtures/test.ts";
import { as, invite, join, signIn } from "../fixtures/people.ts";

const OPEN = ["/sign-in", "/forgotten", "/link/unknown", "/outbox", "/nowhere"];
const EVERYBODY = ["/today", "/agreement", "/report", "/account", "/account/second-factor", "/nowhere"];
const MANAGER = ["/people", "/people/invite", "/coverage", "/coverage?state=not_built", "/policy", "/audit", "/settings"];

test("pages before signing in", async ({ visit }) => {
  for (const address of OPEN) await visit(address);
});

test("pages of a practitioner, also those that are closed to them", async ({ page, visit }) => {
  await as(page, "amina@alderhouse.example");
  for (const address of [...EVERYBODY, "/people", "/audit"]) await visit(address);
});

test("pages of a manager", async ({ page, visit }) => {
  test.setTimeout(120_000);
  await as(page, "priya@alderhouse.example");
  for (const address of [...EVERYBODY, ...MANAGER]) await visit(address);
  await page.goto("/people");
  await visit((await page.getByRole("link", { name: "Amina Yusuf" }).getAttribute("href")) ?? "");
});

test("pages of a family", async ({ page, visit }) => {
  await as(page, "grace@family.example");
  for (const address of ["/policy", "/agreement", "/report", "/account", "/today"]) await visit(address);
});

test("the agreement of somebody who has just joined", async ({ page, visit }, info) => {
  const email = `new-${info.project.name}@bracken.example`;
  await as(page, "isla@bracken.example");
  await invite(page, "Robin Ash", email, ["Student"]);
  await page.context().clearCookies();
  await join(page, email);
  await signIn(page, email);
  for (const address of ["/today", "/report", "/account"]) await visit(address);
});
