// A register as a setting keeps it, from the spreadsheet to the children's pages and back: a file that is none, the columns,
// the preview row by row, the connection that breaks while it comes in (S40), a newer file, and undoing both.
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { test, expect, look } from "../fixtures/test.ts";
import { as } from "../fixtures/people.ts";
import { losingAnswers } from "../fixtures/connection.ts";

const REGISTERS = "../crates/app/tests/fixtures/registers";
const MESSY = `${REGISTERS}/children-messy.csv`;

test.describe.configure({ mode: "serial" });
test.beforeEach(({ page }) => as(page, "priya@alderhouse.example"));

test("S40 a messy register comes in whole, row by row, though the connection breaks as it is confirmed", async ({ page }) => {
  await page.goto("/people");
  await page.getByRole("link", { name: "Import a register" }).click();
  await everywhere(page);
  await upload(page, { name: "holiday.jpg", mimeType: "image/jpeg", buffer: Buffer.from([0xff, 0xd8, 0xff, 0xe0]) });
  await expect(page.getByRole("alert")).toBeFocused();
  await everywhere(page);

  await upload(page, MESSY);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("What would come in");
  expect(await totals(page)).toMatchObject({ "come in": 30, change: 0, "are the same": 0, "wait for you": 1, "are left out": 3 });
  await expect(page.getByText("Nothing has come in yet.")).toBeVisible();
  await everywhere(page);
  await page.getByRole("link", { name: "Change the columns" }).click();
  await expect(page.getByLabel("It is: Mum/Dad/Carer")).not.toHaveValue("");
  await everywhere(page);
  await page.getByRole("button", { name: "Show what would come in" }).click();

  // One child with two dates of birth, or two children: only a person knows.
  await page.getByRole("link", { name: /^Wait for you/ }).click();
  const freya = page.locator(".import-row");
  await expect(freya).toHaveCount(1);
  await expect(freya).toContainText("Row 33 Freya Thompson");
  await freya.getByRole("button", { name: "Another child" }).click();
  await expect(page.getByRole("status").first()).toContainText("Row 33 is saved: New.");
  // Every answer is kept, whatever filter is opened next, and both rows of a pair can give it.
  await page.getByRole("link", { name: /^All/ }).click();
  await page.locator("#row-4").getByRole("button", { name: "Leave out" }).click();
  await page.getByRole("link", { name: /^Taken out by you/ }).click();
  await expect(page.locator(".import-row")).toHaveCount(1);
  await page.getByRole("button", { name: "Comes in" }).click();
  await page.getByRole("link", { name: /^All/ }).click();
  for (const row of [3, 17]) await expect(page.locator(`#row-${row}`).getByRole("button", { name: "The same child" })).toBeVisible();
  expect(await totals(page)).toMatchObject({ "come in": 31, "wait for you": 0 });
  // The button that lets it in stays in sight.
  await expect(page.getByRole("button", { name: "Let it come in" })).toBeInViewport();

  const draft = page.url();
  await losingAnswers(page, "**/confirm", () => page.getByRole("button", { name: "Let it come in" }).click());
  await page.getByRole("button", { name: "Let it come in" }).click();
  await expect(page.getByRole("status").first()).toContainText("This import came in already. Nothing was done twice");
  await look(page);
  await page.goto(new URL(draft).pathname);
  await expect(page.getByText("Came in", { exact: true })).toBeVisible();
  expect(await totals(page)).toMatchObject({ "came in": 31 });
  await expect(page.locator(".import-row")).toHaveCount(34);
  await everywhere(page);
  // What is left to do stands here; who has parental responsibility is said of many at once.
  await page.getByRole("link", { name: "Say who has it" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Who has parental responsibility");
  await everywhere(page);
  await page.getByRole("link", { name: /^Say Yes for every mother/ }).click();
  await expect(page.getByRole("group", { name: /^Maryam Thompson, Mother/ }).getByLabel("Yes")).toBeChecked();
  await expect(page.getByRole("button", { name: "Save what I said" })).toBeInViewport();
  await everywhere(page);

  await find(page, "Thompson");
  await expect(child(page, "Freya Thompson")).toHaveCount(2);
  await find(page, "Ravi Khan");
  await child(page, "Ravi Khan").click();
  await expect(page.getByRole("main")).toContainText("court order - see office");
  await everywhere(page);
  // No photographs, says the register: a question to the family, and no consent.
  await find(page, "Ibrahim Adeyemi");
  await child(page, "Ibrahim Adeyemi").click();
  await expect(page.getByRole("listitem").filter({ hasText: "Photographs" })).toContainText("Not asked yet");
});

test("a newer file updates and doubles nothing, and both imports are undone", async ({ page }) => {
  await page.goto("/imports");
  await upload(page, MESSY);
  await expect(page.getByText(/^The same file came in/)).toBeVisible();
  await expect(page.getByText("Everything in this file is here already.")).toBeVisible();
  await page.getByRole("button", { name: "Throw this import away" }).click();

  const newer = readFileSync(MESSY, "latin1").replace("LI, Kofi;15.06.2023;Buttercups", "LI, Kofi;15.06.2023;Conkers");
  const more = `${newer.trimEnd()}\r\nQUILL, Ada;03/04/2023;Acorns;01/09/2026;Jane Quill;07700 900123;jane.quill@example.org;\r\n`;
  await upload(page, { name: "children-newer.csv", mimeType: "text/csv", buffer: Buffer.from(more, "latin1") });
  await expect(page.getByText("You have imported columns with these headings before")).toBeVisible();
  expect(await totals(page)).toMatchObject({ "come in": 1, change: 1 });
  await page.getByRole("link", { name: /^Change \d/ }).click();
  await expect(page.locator(".import-diffs")).toContainText(/Buttercups.*Conkers/);
  await everywhere(page);
  await page.getByRole("button", { name: "Let it come in" }).click();
  await expect(page.getByText("Came in", { exact: true })).toBeVisible();
  await find(page, "Kofi Li");
  await expect(page.getByRole("row", { name: /Kofi Li/ })).toContainText("Conkers");

  await undo(page, "children-newer.csv");
  await find(page, "Kofi Li");
  await expect(page.getByRole("row", { name: /Kofi Li/ })).toContainText("Buttercups");
  await find(page, "Ada Quill");
  await expect(page.getByRole("heading", { name: "Nobody found" })).toBeVisible();
  await undo(page, "children-messy.csv");
  await everywhere(page);
  await find(page, "Thompson");
  await expect(page.getByRole("heading", { name: "Nobody found" })).toBeVisible();
});

test("a workbook is read sheet by sheet, and thrown away nothing of it came in", async ({ page }) => {
  await page.goto("/imports");
  await upload(page, `${REGISTERS}/register.xlsx`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("What the columns are");
  await page.getByLabel(/^Staff, \d+ rows/).check();
  await page.getByRole("button", { name: "Read it like this" }).click();
  await expect(page.getByLabel(/^It is: /).first()).toBeVisible();
  await everywhere(page);
  await page.getByRole("button", { name: "Show what would come in" }).click();
  expect(await totals(page)).toMatchObject({ "come in": 14 });
  await expect(page.getByText("Nobody gets that post by an import").first()).toBeVisible();
  await everywhere(page);
  await page.getByRole("button", { name: "Throw this import away" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "register.xlsx" })).toContainText("Thrown away");
  await look(page);
  await page.goto("/people?q=Bronagh");
  await expect(page.getByRole("heading", { name: "Nobody found" })).toBeVisible();
});

/** Every check, as a tablet shows the page and as a phone does. */
async function everywhere(page: Page): Promise<void> {
  for (const size of [{ width: 390, height: 844 }, { width: 1024, height: 768 }]) {
    await page.setViewportSize(size);
    await look(page);
  }
}

type File = Parameters<ReturnType<Page["getByLabel"]>["setInputFiles"]>[0];

async function upload(page: Page, file: File): Promise<void> {
  await page.getByLabel("The file with the register").setInputFiles(file);
  await page.getByRole("button", { name: "Upload and look at it" }).click();
}

/** How many rows come in, change, wait and so on, as the page counts them. */
async function totals(page: Page): Promise<Record<string, number>> {
  const lines = page.locator(".import-totals li");
  await expect(lines).toHaveCount(5);
  const read = async (line: (typeof lines)) => [await line.locator("span").innerText(), Number(await line.locator("b").innerText())];
  return Object.fromEntries(await Promise.all((await lines.all()).map(read))) as Record<string, number>;
}

async function find(page: Page, name: string): Promise<void> {
  await page.goto("/children");
  await page.getByLabel("Find a child by name").fill(name);
  await page.getByRole("button", { name: "Find", exact: true }).click();
}

/** A child in the list, and not an adult of the same name. */
function child(page: Page, name: string) {
  return page.getByRole("rowheader").getByRole("link", { name });
}

async function undo(page: Page, file: string): Promise<void> {
  await page.goto("/imports");
  const came = page.getByRole("listitem").filter({ hasText: file }).filter({ hasText: "Came in" });
  await came.getByRole("link").click();
  await page.getByRole("link", { name: "Undo this import" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Undo this import?");
  await look(page);
  await page.getByRole("button", { name: "Undo it" }).click();
  await expect(page.getByText("Undone", { exact: true })).toBeVisible();
}
