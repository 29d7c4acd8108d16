// A person with a browser uses the hosted pages from end to end; axe-core looks at each of them, in light and dark.
//
//     node scripts/peers/pages.mjs BASE_URL CHROMIUM [FOLDER]
//
// Needs playwright-core, axe-core and otpauth, found as node finds modules. A picture of each page is put into FOLDER.
import assert from "node:assert";
import { createRequire } from "node:module";
import { lastMail, start } from "./browser.mjs";

const require = createRequire(process.cwd() + "/");
const OTPAuth = require("otpauth");
const [base, executablePath, pictures] = process.argv.slice(2);

const email = `grace-${Date.now()}@example.com`;
const password = "orbit-velvet-canyon-73";
const other = "harbour-cello-tundra-48";

const { browser, page, look, at, open, press, holdKeys, told, failed } = await start(base, executablePath, pictures);
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

  const link = (await lastMail(base, email)).links.find((it) => it.includes("verify-email"));
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

  const keys = await holdKeys();
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
  await keys.take();
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
  console.log(`axe-core finds nothing on ${told()} pages, wide and narrow, light and dark: pages agree`);
} catch (error) {
  await failed(error);
} finally {
  await browser.close();
}
