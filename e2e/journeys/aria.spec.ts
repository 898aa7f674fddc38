// Five screens as assistive technology reads them: the order, the roles and the words. It says what a picture would, and is
// the same on every machine. Runs first, on the sample as it was made.
import { test, expect } from "../fixtures/test.ts";
import { as, typePassword } from "../fixtures/people.ts";

const CONTACT = `
    - text: Priya Nair Designated manager
    - list:
      - listitem:
        - link "priya@alderhouse.example"`;

test("sign-in", async ({ page }) => {
  await page.goto("/sign-in");
  await expect(page.locator("body")).toMatchAriaSnapshot(`
    - link "Skip to main content"
    - banner:
      - paragraph: Stairgate
      - paragraph: The policy that people sign is the policy that the software keeps.
      - paragraph:
        - text: Someone in danger? Call
        - link "999"
        - text: first.
    - main:
      - heading "Sign in" [level=1]
      - textbox "Email address"
      - textbox "Password"
      - button "Sign in"
      - link "Forgotten your password?"
      - heading "Other ways in" [level=2]
      - button "Sign in with a passkey"
      - paragraph:
        - text: Parents and carers need no password.
        - link "Send me a link"`);
});

test("Today of a practitioner and of the manager", async ({ page }) => {
  await as(page, "amina@alderhouse.example");
  await expect(page.locator("body")).toMatchAriaSnapshot(`
    - navigation "Main":
      - link "Stairgate, go to Today"
      - list:
        - listitem:
          - link "Today"
        - listitem:
          - link "Children"
        - listitem:
          - link "Declare"
        - listitem:
          - link "Policy"
        - listitem:
          - link "Report"
    - banner:
      - paragraph: Alder House Nursery
      - link "Amina Yusuf Account"
    - main:
      - heading /day \\d+/ [level=1]
      - paragraph: /^Good (morning|afternoon|evening), Amina\\.$/
      - heading "Do now" [level=2]
      - list:
        - listitem:
          - heading "Answer about friendships and family ties" [level=3]
          - link "Answer"
      - complementary:
        - heading "All well" [level=2]
        - list:
          - listitem: /You have signed the e-safety agreement/
        - heading "Who to go to" [level=2]
    - complementary "On duty":
      - paragraph: Priya Nair is on duty for safeguarding. Designated manager
      - link "priya@alderhouse.example"
      - link "Who is responsible"`);
  await page.context().clearCookies();
  await as(page, "priya@alderhouse.example");
  await expect(page.locator("main")).toMatchAriaSnapshot(`
    - main:
      - heading "Do now" [level=2]
      - list:
        - listitem:
          - heading "Ask Callum to sign the e-safety agreement" [level=3]
          - paragraph: Callum Reid. Until then nothing else opens for them.
          - link "See people"
        - listitem:
          - heading "1 person has not joined yet" [level=3]
          - paragraph: Jo Marsh.
          - link "See people"
      - complementary:
        - heading "Our policy, clause by clause" [level=2]
        - img "2 working, 5 slipping, 69 not built yet"`);
});

test("coverage", async ({ page }) => {
  await as(page, "priya@alderhouse.example");
  await page.goto("/coverage?state=due");
  await expect(page.locator("main")).toMatchAriaSnapshot(`
    - main:
      - heading "Are we doing what our policy says?" [level=1]
      - link "Read the policy"
      - region "Summary":
        - img "2 working, 5 slipping, 69 not built yet"
        - navigation "Show clauses by state":
          - link "All 76 clauses"
          - link "2 working"
          - link "5 slipping"
          - link "69 not built yet"
      - table "Policy clauses and what shows that each is kept":
        - rowgroup:
          - row:
            - columnheader "Clause"
            - columnheader "The policy says"
            - columnheader "What shows it is happening"
            - columnheader "Status"`);
  const clause = page.getByRole("row", { name: /^D15 / });
  await expect(clause.getByRole("cell").last()).toMatchAriaSnapshot(`
    - cell:
      - text: Slipping
      - link "See who"`);
  await expect(clause).toContainText("10 of 11 people have signed");
});

test("the agreement, before it is signed", async ({ page }) => {
  await typePassword(page, "callum@alderhouse.example");
  await expect(page.locator("main")).toMatchAriaSnapshot(`
    - main:
      - heading "E-safety and internet agreement" [level=1]
      - region "Nothing else is open to you until you have signed this":
        - heading "The rule behind this:" [level=3]
        - list:
          - listitem: E-safety agreement
        - heading "Your policy says" [level=3]
        - blockquote: D6 All staff share responsibility for all of our technology.
        - blockquote: D15 An e-safety and internet agreement is signed by each member of staff.
        - heading "What to do next" [level=3]
        - list:
          - listitem: Read the e-safety agreement and sign it. It takes about three minutes.
      - heading "What I promise" [level=2]
      - heading "What is watched, and why" [level=2]
      - form "Sign the agreement":
        - checkbox "I have read this agreement and I will keep to it."
        - textbox "Type your full name"
        - button "Sign the agreement"`);
});

test("the report door", async ({ page }) => {
  await as(page, "amina@alderhouse.example");
  await page.goto("/report");
  await expect(page.locator("main")).toMatchAriaSnapshot(`
    - main:
      - heading "Report something" [level=1]
      - heading "Do this now" [level=2]
      - paragraph:
        - text: Someone in danger? Call
        - link "999"
        - text: first.
      - list:
        - listitem: /^Stay with the children/
        - listitem: /^Do not copy it or send it on/
        - listitem: /^Go and tell somebody in person/${CONTACT.replace(/\n {4}/g, "\n      ")}`);
});
