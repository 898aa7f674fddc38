// How journeys run: one browser, one worker (they share one setting), the same place and language everywhere.
// Addresses come from `cargo xtask e2e`; nothing here starts a server or fetches a browser.
import { defineConfig } from "@playwright/test";

const tablet = { viewport: { width: 1024, height: 768 } };
const phone = { viewport: { width: 390, height: 844 } };
const short = { viewport: { width: 780, height: 437 } };

export default defineConfig({
  testDir: ".",
  outputDir: "test-results",
  workers: 1,
  retries: 0,
  forbidOnly: true,
  timeout: 150_000,
  expect: { timeout: 10_000, toHaveScreenshot: { maxDiffPixels: 40, animations: "disabled" } },
  reporter: [["list"], ["json", { outputFile: process.env.RESULTS ?? "test-results/results.json" }]],
  use: {
    baseURL: process.env.BASE_URL,
    locale: "en-GB",
    timezoneId: "Europe/London",
    contextOptions: { reducedMotion: "reduce" },
    ignoreHTTPSErrors: true,
    actionTimeout: 30_000,
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  // Journeys change the setting, so each runs once, at the size that it names. Pages are only read: at every size.
  // What is measured is run by `cargo xtask bench pages` alone, which says where the figures go.
  projects: process.env.FIGURES ? [{ name: "measured", testMatch: "measured/**/*.spec.ts", use: tablet }] : [
    { name: "journeys", testMatch: "journeys/**/*.spec.ts", use: tablet },
    { name: "tablet", testMatch: "pages/**/*.spec.ts", use: tablet },
    { name: "phone", testMatch: "pages/**/*.spec.ts", use: phone },
    { name: "short", testMatch: "pages/**/*.spec.ts", use: short },
  ],
});
