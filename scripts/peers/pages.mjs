// A person with a browser uses the hosted pages from end to end; axe-core looks at each of them, in light and dark.
//
//     node scripts/peers/pages.mjs BASE_URL CHROMIUM [FOLDER]
//
// Needs playwright-core, axe-core and otpauth, found as node finds modules. A picture of each page is put into FOLDER.
import assert from "node:assert";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(process.cwd() + "/");
const { chromium } = require("playwright-core");
const OTPAuth = require("otpauth");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const [base, executablePath, pictures] = process.argv.slice(2);

const email = `grace-${Date.now()}@example.com`;
const password = "orbit-velvet-canyon-73";
const other = "harbour-cello-tundra-48";
let looked = 0;

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-quic"] });
const context = await browser.newContext({ viewport: { width: 1100, height: 900 }, locale: "en-GB" });
const page = await context.newPage();
page.setDefaultTimeout(15000);
const complaints = [];
page.on("console", (it) => it.text().includes("Content Security Policy") && complaints.push(it.text()));
page.on("pageerror", (it) => complaints.push(String(it)));

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
// Only the keyboard; the first field has the focus already.
const type = async (...texts) => {
  for (const [index, text] of texts.entries()) {
    if (index) await page.keyboard.press("Tab");
    await page.keyboard.type(text);
  }
  await page.keyboard.press("Enter");
};

try {
  await open("/");
  await look("home");
  await open("/auth/sign-up");
  await look("sign-up");
  await type("Grace", email, "grace");
  // The browser itself refuses what is too short; a long but weak one is refused by the server.
  await page.getByLabel("Password").fill("password12");
  await press("Create account");
  await page.locator("#password-error").waitFor();
  await look("sign-up-refused");
  assert.equal(await page.getByLabel("Email address").inputValue(), email);
  await page.getByLabel("Password").fill(password);
  await press("Create account");
  await at("/auth/check-mail?for=verification");
  await look("check-mail");

  let link;
  for (let tries = 0; !link && tries < 100; tries += 1) {
    await new Promise((done) => setTimeout(done, 100));
    const answer = await fetch(`${base}/dev/mail/messages?to=${encodeURIComponent(email)}`);
    link = (await answer.json()).messages.flatMap((it) => it.links).find((it) => it.includes("verify-email"));
  }
  await page.goto(link);
  await look("verify-email");
  await press("Confirm my address");
  await page.getByRole("heading", { name: "Your address is confirmed" }).waitFor();
  await look("verified");
  await page.getByRole("link", { name: "Sign in" }).click();

  await at("/auth/sign-in");
  await page.locator("#passkey-sign-in:not([hidden])").waitFor();
  await look("sign-in");
  await type(email, "wrong-password-1");
  await page.locator(".alert").waitFor();
  await look("sign-in-refused");
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
  await at("/account/security");
  await look("account");
  console.log("a newcomer signs up, confirms and signs in by keyboard: pages agree");

  for (const name of ["profile", "password", "passkeys", "sessions", "delete", "second-factor"]) {
    await open("/account/" + name);
    await look(name);
  }
  await press("Set up an app");
  await page.locator(".picture").waitFor();
  await look("second-factor-picture");
  await page.getByText("Cannot scan it?").click();
  const secret = (await page.locator(".secret").textContent()).replaceAll(" ", "");
  const app = new OTPAuth.TOTP({ secret: OTPAuth.Secret.fromBase32(secret) });
  await page.getByLabel("Type the code").fill("000000");
  await press("Turn it on");
  await page.locator("#code-error").waitFor();
  await look("second-factor-refused");
  await page.getByLabel("Type the code").fill(app.generate());
  await press("Turn it on");
  await page.locator(".codes").waitFor();
  await look("recovery-codes");
  const codes = await page.locator(".codes code").allTextContents();
  await page.getByRole("link", { name: "I have kept them" }).click();
  await at("/account/second-factor");
  await look("second-factor-on");

  await press("Sign out");
  await at("/auth/sign-in?done=signed-out");
  await look("signed-out");
  await type(email, password);
  await at("/auth/second-factor");
  await look("one-more-step");
  await page.keyboard.type(app.generate({ timestamp: Date.now() + 30_000 }));
  await page.keyboard.press("Enter");
  await at("/account/security");
  console.log("an app is enrolled and its code signs in: pages agree");

  const cdp = await context.newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const options = { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true,
    isUserVerified: true, automaticPresenceSimulation: true };
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", { options });
  await open("/account/passkeys");
  await page.getByLabel("Name of the new passkey").fill("Laptop");
  await press("Add a passkey");
  await at("/account/passkeys?done=added");
  await page.getByText("Laptop").first().waitFor();
  await page.getByText("Rename or remove").click();
  await look("passkeys-one");
  // Once by the button, where the browser offers nothing by itself.
  await page.addInitScript(() => {
    if (sessionStorage.offersNothing) PublicKeyCredential.isConditionalMediationAvailable = undefined;
  });
  await page.evaluate(() => sessionStorage.setItem("offersNothing", "yes"));
  await press("Sign out");
  await at("/auth/sign-in?done=signed-out");
  await press("Sign in with a passkey");
  await at("/account/security");
  // And once by what is offered in the form; the virtual authenticator chooses it at once.
  await page.evaluate(() => sessionStorage.removeItem("offersNothing"));
  await open("/account/sessions");
  await press("Sign out");
  await at("/account/security");
  console.log("a passkey is added and signs in, by a button and by the form: pages agree");

  await open("/account/password?lang=es");
  await look("password-es");
  await page.getByLabel("Contraseña actual").fill("wrong-password-1");
  await page.getByLabel("Contraseña nueva").fill(other);
  await page.locator("main form button").click();
  await page.locator("#current_password-error").waitFor();
  await look("password-es-refused");
  await open("/account/security");
  await look("account-es");
  // Its passkey would answer the form that comes next.
  await cdp.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId });
  await open("/account/delete?lang=en");
  await press("Delete my account for good");
  await at("/auth/sign-in?done=deleted");
  await open("/auth/sign-in?lang=es");
  await look("sign-in-es");
  await open("/auth/forgot-password?lang=en");
  await look("forgot-password");
  await page.keyboard.type(email);
  await page.keyboard.press("Enter");
  await at("/auth/check-mail?for=reset");
  assert.equal(codes.length, 10);
  assert.deepEqual(complaints, []);
  console.log(`axe-core finds nothing on ${looked} pages, wide and narrow, light and dark: pages agree`);
} catch (error) {
  if (pictures) await page.screenshot({ path: `${pictures}/failed.png`, fullPage: true });
  console.error(page.url(), complaints, await page.locator("main").innerText().catch(() => ""));
  throw error;
} finally {
  await browser.close();
}
