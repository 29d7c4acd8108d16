// Organizations whose people sign in at identity providers that others wrote.
//
//     node scripts/peers/sso.mjs BASE_URL ADMIN_EMAIL ADMIN_PASSWORD CHROMIUM DNS_FILE PYOP [FOLDER]
//
// PYOP is the address of oidc_pyop.py, and DNS_FILE what dns.py answers from. Needs playwright-core and axe-core, found as
// node finds modules. A picture of each page is put into FOLDER.
import assert from "node:assert";
import { readFileSync, writeFileSync } from "node:fs";
import { start } from "./browser.mjs";

const [base, admin, adminPassword, executablePath, dns, pyop, pictures] = process.argv.slice(2);
const run = Date.now();

const call = async (method, path, body, token) => {
  const headers = { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) };
  const answer = await fetch(`${base}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
  assert.ok(answer.ok, `${path}: ${await answer.clone().text()}`);
  return answer.status === 204 ? null : answer.json();
};
const { access_token: token } = (await call("POST", "/auth/login", { email: admin, password: adminPassword })).tokens;

// An organization that has proven its domain.
const customer = async (name) => {
  const domain = `${name.toLowerCase()}-${run}.com`;
  const { id } = await call("POST", "/organizations", { name }, token);
  const claimed = await call("POST", `/organizations/${id}/domains`, { domain }, token);
  const records = JSON.parse(readFileSync(dns, "utf8"));
  writeFileSync(dns, JSON.stringify({ ...records, [claimed.record.name.toLowerCase()]: claimed.record.value }));
  await call("POST", `/organizations/${id}/domains/${claimed.id}/verify`, {}, token);
  return { id, domain };
};

const { browser, context, page, look, at, open, press, told, failed } = await start(base, executablePath, pictures);
// The forms of the providers are alike.
const signInThere = async (email) => {
  await page.getByLabel("Address").fill(email);
  await press("Sign in");
};
const members = async (id) => (await call("GET", `/organizations/${id}/members`, undefined, token)).members;

try {
  const quay = await customer("Quay");
  const connection = await call("POST", "/sso/connections", {
    organization_id: quay.id, kind: "oidc", name: "Quay ID",
    oidc: { issuer: pyop, client_id: "janua", client_secret: "another-secret-of-tests" },
  }, token);
  const { test_url: trial } = await call("POST", `/sso/connections/${connection.id}/test`, {}, token);
  const email = `grace@${quay.domain}`;
  await page.goto(trial);
  await signInThere(email);
  await page.getByRole("heading", { name: "What your identity provider said" }).waitFor();
  await page.getByText("its domain is verified").waitFor();
  await look("sso-trial");
  assert.equal((await members(quay.id)).length, 1);
  await call("PATCH", `/sso/connections/${connection.id}`, { state: "enabled" }, token);

  await open("/auth/sign-in?return_to=/account/profile");
  await page.getByRole("link", { name: "Continue with your organization" }).click();
  await look("sso");
  await page.getByLabel("Work email address").fill(`nobody@elsewhere-${run}.com`);
  await press("Continue");
  await page.locator(".alert, #email-error").first().waitFor();
  await look("sso-unknown");
  await page.getByLabel("Work email address").fill(email);
  await press("Continue");
  await signInThere(email);
  await at("/account/profile");
  assert.equal(await page.getByLabel("Last name").inputValue(), "Hopper");
  assert.equal((await members(quay.id)).length, 2);
  await press("Sign out");
  await at("/auth/sign-in?done=signed-out");
  console.log("pyop signs the people of an organization in: they agree");

  // Somebody whose address is not of the organization.
  await context.clearCookies();
  await open(`/auth/sso?connection=${connection.id}`);
  await signInThere("grace@example.com");
  await page.getByText("SSO_EMAIL_UNTRUSTED").waitFor();
  await look("sso-untrusted");
  told();
  console.log("pyop names an address that is not the organization's: they agree");
} catch (error) {
  await failed(error);
} finally {
  await browser.close();
}
