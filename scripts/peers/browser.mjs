// A browser for the stories about pages, and axe-core that looks at each of them. Chromium is the machine's.
import assert from "node:assert";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(process.cwd() + "/");
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

// The newest message to an address or a number that was caught since `after`, as { links, text, … }.
export const lastMail = async (base, to, after = 0) => {
  for (let tries = 0; tries < 100; tries += 1) {
    const answer = await fetch(`${base}/dev/mail/messages?to=${encodeURIComponent(to)}`);
    const { messages, texts = [] } = await answer.json();
    if (messages.length + texts.length > after) return [...messages, ...texts][0];
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`no message to ${to}`);
};

export const start = async (base, executablePath, pictures) => {
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-quic"] });
  const context = await browser.newContext({ viewport: { width: 1100, height: 900 }, locale: "en-GB" });
  const page = await context.newPage();
  page.setDefaultTimeout(15000);
  const complaints = [];
  page.on("console", (it) => it.text().includes("Content Security Policy") && complaints.push(it.text()));
  page.on("pageerror", (it) => complaints.push(String(it)));
  let looked = 0;

  // What axe-core finds, on wide and narrow screens, in light and dark.
  const look = async (name) => {
    for (const [width, height] of [[1100, 900], [360, 740]]) {
      await page.setViewportSize({ width, height });
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme });
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => axe.run());
        const found = violations.map((it) => `${it.id}: ${it.nodes.map((node) => node.html + " " + node.failureSummary).join("; ")}`);
        assert.deepEqual(found, [], `${name}, ${width} wide, ${colorScheme}`);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        assert.ok(overflow <= 0, `${name} is ${overflow} pixels wider than ${width}`);
        if (pictures) await page.screenshot({ path: `${pictures}/${name}-${width}-${colorScheme}.png`, fullPage: true });
      }
    }
    await page.emulateMedia({ colorScheme: "light" });
    await page.setViewportSize({ width: 1100, height: 900 });
    looked += 1;
  };
  const at = async (path) => {
    await page.waitForURL((url) => url.pathname + url.search === path);
  };
  const open = (path) => page.goto(base + path);
  const press = (name) => page.getByRole("button", { name, exact: true }).click();
  // Gives the browser an authenticator of its own, which says yes to everything; `take` takes it away.
  const holdKeys = async () => {
    const cdp = await context.newCDPSession(page);
    await cdp.send("WebAuthn.enable");
    const options = { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true,
      isUserVerified: true, automaticPresenceSimulation: true };
    const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", { options });
    return { take: () => cdp.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId }) };
  };
  // At the end: how many pages were looked at, of which the browser complained about none.
  const told = () => {
    assert.deepEqual(complaints, []);
    return looked;
  };
  // What stood on the page when a step of a story failed.
  const failed = async (error) => {
    if (pictures) await page.screenshot({ path: `${pictures}/failed.png`, fullPage: true });
    console.error(page.url(), complaints, await page.locator("main").innerText().catch(() => ""));
    throw error;
  };
  return { browser, context, page, look, at, open, press, holdKeys, told, failed };
};
