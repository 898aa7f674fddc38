// The checks themselves can fail: each is shown a page with the fault that it is for, and one without.
import { test, expect } from "@playwright/test";
import { Faults } from "../fixtures/faults.ts";
import { axe, frame, narrow, sideways, targets } from "../fixtures/measure.ts";

const good = `<!doctype html><html lang="en-GB"><title>Today - Alder House</title>
  <meta name="viewport" content="width=device-width">
  <main><h1>Today</h1><p>Read <a href="/why">why</a> first.</p>
  <button style="min-width: 48px; min-height: 48px">Go</button></main></html>`;

test.beforeEach(async ({ page, baseURL }) => {
  await page.route("**/checks", (route) => route.fulfill({ contentType: "text/html", body: good }));
  await page.goto(`${baseURL}/checks`);
});

test("a page without a fault passes every check", async ({ page }) => {
  for (const measure of [axe, targets, narrow, sideways, frame]) expect(await measure(page)).toEqual([]);
});

test("axe finds a control without a name", async ({ page }) => {
  await page.evaluate(() => document.querySelector("button")?.replaceChildren());
  expect((await axe(page)).join()).toContain("button-name");
});

test("a small target is found, a hidden one is not", async ({ page }) => {
  await page.addStyleTag({ content: "button { min-height: 0 !important; height: 30px }" });
  expect(await targets(page)).toHaveLength(1);
  await page.addStyleTag({ content: "button { visibility: hidden }" });
  expect(await targets(page)).toEqual([]);
});

test("a sideways scroll is found, and its cause is named", async ({ page }) => {
  await page.addStyleTag({ content: "h1 { width: 400px }" });
  expect((await narrow(page)).join()).toContain("h1");
  expect(await sideways(page)).toEqual([]);
  await page.addStyleTag({ content: "h1 { width: 3000px }" });
  expect(await sideways(page)).toHaveLength(1);
});

test("a second heading, a foreign title and a missing language are found", async ({ page }) => {
  await page.evaluate(() => {
    document.title = "Somewhere";
    document.documentElement.lang = "";
    document.querySelector("main")?.append(document.createElement("h1"));
  });
  expect(await frame(page)).toHaveLength(3);
});

test("console errors, broken policies and requests to others are faults", async ({ page, context, baseURL }) => {
  const faults = await Faults.of(page);
  const policy = { "content-security-policy": "default-src 'none'; img-src https:" };
  const body = `${good}<script>document.title = "in line"</script><img alt="" src="https://elsewhere.invalid/a.png">`;
  await context.route("**/broken", (route) => route.fulfill({ contentType: "text/html", headers: policy, body }));
  await context.route("https://elsewhere.invalid/**", (route) => route.abort());
  await page.goto(`${baseURL}/broken`);
  await page.evaluate(() => console.error("said by the page"));
  const found = faults.found.join("\n");
  expect(found).toContain("policy violation: script-src");
  expect(found).toContain("a request to somebody else");
  expect(found).toContain("said by the page");
});

test("a refusal is an answer, a failure of the server is a fault", async ({ page, context, baseURL }) => {
  const faults = await Faults.of(page);
  await context.route("**/refused", (route) => route.fulfill({ status: 403, contentType: "text/html", body: good }));
  await context.route("**/broken", (route) => route.fulfill({ status: 500, contentType: "text/html", body: good }));
  await page.goto(`${baseURL}/refused`);
  expect(faults.found).toEqual([]);
  await page.goto(`${baseURL}/broken`);
  expect(faults.found).toHaveLength(1);
});
