// Every page at every size: axe, 44 px, nothing cut off or scrolling sideways, down to 320 px. Journeys look at what they
// pass; this list is what must be whole on a tablet, a phone and a short screen.
import { test } from "../fixtures/test.ts";
import { as, invite, join, signIn } from "../fixtures/people.ts";

const OPEN = ["/sign-in", "/sign-in/link", "/forgotten", "/link/unknown", "/lock", "/outbox", "/nowhere"];
const ACCOUNT = ["/account", "/account/second-factor", "/account/passkeys/new", "/account/pin"];
const EVERYBODY = ["/today", "/agreement", "/report", "/report-password", "/responsible", "/children", ...ACCOUNT, "/nowhere"];
const DECLARING = ["/declarations", "/declarations/contact", "/declarations/relationship", "/declarations/work"];
const PEOPLE = ["/people", "/people/invite", "/people/new", "/register", "/alerts", "/declarations/all", "/tablets"];
const CHILDREN = ["/children/new", "/rooms", "/imports"];
const POLICY = ["/coverage", "/coverage?state=not_built", "/coverage?by=eyfs", "/coverage?by=hscs&state=not_built", "/coverage?on=1999-01-01", "/policy", "/audit", "/settings"];

test("pages before signing in", async ({ visit }) => {
  for (const address of OPEN) await visit(address);
});

test("pages of a practitioner, also those that are closed to them", async ({ page, visit }) => {
  await as(page, "amina@alderhouse.example");
  for (const address of [...EVERYBODY, ...DECLARING, "/people", "/audit"]) await visit(address);
  await page.goto("/children");
  await visit((await page.getByRole("link", { name: /^Temi/ }).getAttribute("href")) ?? "");
});

test("pages of a manager", async ({ page, visit }) => {
  test.setTimeout(180_000);
  await as(page, "priya@alderhouse.example");
  for (const address of [...EVERYBODY, ...DECLARING, ...PEOPLE, ...CHILDREN, ...POLICY]) await visit(address);
  await page.goto("/people");
  const person = (await page.getByRole("link", { name: "Amina Yusuf" }).getAttribute("href")) ?? "";
  await page.goto("/children");
  const child = (await page.getByRole("link", { name: /^Noah/ }).getAttribute("href")) ?? "";
  for (const address of [person, `${person}/edit`, child, `${child}/edit`, `${child}/family`, `${child}/family/add`]) await visit(address);
  await page.goto(`${child}/family`);
  await visit((await page.getByRole("link", { name: /Carl Fenwick/ }).first().getAttribute("href")) ?? "");
});

test("pages of a family", async ({ page, visit }) => {
  await as(page, "grace@family.example");
  for (const address of ["/children", "/policy", "/agreement", "/report", "/report-password", ...ACCOUNT, "/today"]) await visit(address);
  await page.goto("/children");
  await visit((await page.getByRole("link", { name: /^Temi/ }).getAttribute("href")) ?? "");
});

test("the agreement of somebody who has just joined", async ({ page, visit }, info) => {
  const email = `new-${info.project.name}@bracken.example`;
  await as(page, "isla@bracken.example");
  await invite(page, `Robin ${info.project.name}`, email, ["Student"]);
  await page.context().clearCookies();
  await join(page, email);
  await signIn(page, email);
  for (const address of ["/today", "/report", "/account"]) await visit(address);
});
