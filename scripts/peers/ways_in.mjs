// The other ways through the hosted pages: by mail, with a telephone, with a passkey as the second step, by invitation.
//
//     node scripts/peers/ways_in.mjs BASE_URL ADMIN_EMAIL ADMIN_PASSWORD CHROMIUM [FOLDER]
//
// Needs playwright-core and axe-core, found as node finds modules. A picture of each page is put into FOLDER.
import assert from "node:assert";
import { lastMail, start } from "./browser.mjs";

const [base, admin, adminPassword, executablePath, pictures] = process.argv.slice(2);
const run = Date.now();
const email = `linus-${run}@example.com`;
const password = "orbit-velvet-canyon-73";
const number = `+1202555${String(run % 10_000).padStart(4, "0")}`;

const call = async (path, body, token) => {
  const headers = { "Content-Type": "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  const answer = await fetch(base + "/api/v1" + path, { method: "POST", headers, body: JSON.stringify(body) });
  assert.ok(answer.ok, `${path}: ${await answer.clone().text()}`);
  return answer.status === 204 ? null : answer.json();
};

const { browser, page, look, at, open, press, holdKeys, told, failed } = await start(base, executablePath, pictures);
const signOut = async () => {
  await open("/account/security");
  await press("Sign out");
  await at("/auth/sign-in?done=signed-out");
};
const signIn = async () => {
  await open("/auth/sign-in");
  await page.getByLabel("Email address or username").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await press("Sign in");
};
const code = async (after) => (await lastMail(base, number, after)).text.match(/\b\d{6}\b/)[0];

try {
  // An invitation makes the account, and its link proves the address.
  const { access_token: token } = (await call("/auth/login", { email: admin, password: adminPassword })).tokens;
  const organization = await call("/organizations", { name: "Harbour Works" }, token);
  const message = "We build the new quay together.";
  await call(`/organizations/${organization.id}/invitations`, { email, role: "member", message }, token);
  const [invitation] = (await lastMail(base, email)).links.filter((it) => it.includes("invitation"));
  await page.goto(invitation);
  await look("invitation");
  await page.getByLabel("Password").fill("password12");
  await press("Create account and accept");
  await page.locator("#password-error").waitFor();
  await look("invitation-refused");
  await page.getByLabel("Password").fill(password);
  await press("Create account and accept");
  await page.waitForURL((url) => !url.pathname.startsWith("/auth/invitation"));
  await look("invitation-accepted");
  console.log("an invited newcomer makes an account and joins: pages agree");

  await open("/account/security");
  if (new URL(page.url()).pathname !== "/account/security") await signIn();
  await at("/account/security");
  await signOut();

  // By mail: with the code, then with the link.
  await page.getByRole("link", { name: "Sign in by mail, without a password" }).click();
  await look("mail-sign-in");
  await page.getByLabel("Email address").fill(email);
  const mails = async () => (await (await fetch(`${base}/dev/mail/messages?to=${encodeURIComponent(email)}`)).json()).messages.length;
  let before = await mails();
  await press("Send the mail");
  await page.getByLabel("Code from the mail").fill("000000");
  await look("mail-code");
  await press("Sign in");
  await page.locator("#code-error").waitFor();
  await look("mail-code-refused");
  const mail = await lastMail(base, email, before);
  await page.getByLabel("Code from the mail").fill(mail.text.match(/^\s*(\d{3} ?\d{3})\s*$/m)[1]);
  await press("Sign in");
  await at("/account/security");
  await signOut();
  await open("/auth/mail-sign-in");
  await page.getByLabel("Email address").fill(email);
  before = await mails();
  await press("Send the mail");
  const [link] = (await lastMail(base, email, before)).links.filter((it) => it.includes("magic-link"));
  await page.goto(link);
  await look("magic-link");
  await press("Sign in");
  await at("/account/security");
  console.log("a code and a link of a mail sign in: pages agree");

  // A telephone becomes the second step.
  await open("/account/phone");
  await look("phone");
  await page.getByLabel("Mobile number").fill("12");
  await press("Send me a code");
  await page.locator("#phone_number-error").waitFor();
  await look("phone-refused");
  await page.getByLabel("Mobile number").fill(number);
  await press("Send me a code");
  await page.getByLabel("Code from the text message").waitFor();
  await look("phone-code");
  await page.getByLabel("Code from the text message").fill(await code(0));
  await press("Turn it on");
  await page.locator(".codes").waitFor();
  await open("/account/phone");
  await look("phone-on");
  await signOut();
  await signIn();
  await at("/auth/second-factor");
  await look("second-factor-sms");
  await press("Send me a code");
  await page.getByLabel("Code from the text message").waitFor();
  await look("second-factor-sms-code");
  await page.getByLabel("Code from the text message").fill(await code(1));
  await press("Continue");
  await at("/account/security");
  console.log("a telephone is added, and its code signs in: pages agree");

  // A passkey takes its place.
  const keys = await holdKeys();
  await open("/account/passkeys");
  await page.getByLabel("Name of the new passkey").fill("Laptop");
  await press("Add a passkey");
  await at("/account/passkeys?done=added");
  await signOut();
  // Else the form of the first step would be answered already.
  await page.addInitScript(() => {
    PublicKeyCredential.isConditionalMediationAvailable = undefined;
  });
  await signIn();
  await at("/auth/second-factor");
  await page.locator("#passkey-step:not([hidden])").waitFor();
  await look("second-factor-passkey");
  await press("Use a passkey instead");
  await at("/account/security");
  await keys.take();
  console.log("a passkey is the second step: pages agree");
  console.log(`axe-core finds nothing on ${told()} more pages: pages agree`);
} catch (error) {
  await failed(error);
} finally {
  await browser.close();
}
