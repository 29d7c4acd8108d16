// Organizations whose people sign in at identity providers that others wrote.
//
//     node scripts/peers/sso.mjs BASE_URL ADMIN_EMAIL ADMIN_PASSWORD CHROMIUM DNS_FILE PYOP OP PYSAML2 SAMLIFY [FOLDER]
//
// PYOP and the three after it are the addresses of oidc_pyop.py, oidc_provider.mjs, saml_pysaml2.py and saml_samlify.mjs, and DNS_FILE what dns.py answers from. Needs playwright-core and axe-core, found as
// node finds modules. A picture of each page is put into FOLDER.
import assert from "node:assert";
import { readFileSync, writeFileSync } from "node:fs";
import { start } from "./browser.mjs";

const [base, admin, adminPassword, executablePath, dns, pyop, op, pysaml2, samlify, pictures] = process.argv.slice(2);
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
// What somebody on the sign-in page does to sign in at their organization.
const signIn = async (email, there = signInThere) => {
  await context.clearCookies();
  await open("/auth/sso?return_to=/account/profile");
  await page.getByLabel("Work email address").fill(email);
  await press("Continue");
  await there(email);
  await at("/account/profile");
};
const isSignedOut = async () => {
  await open("/account/profile");
  await page.waitForURL((url) => url.pathname === "/auth/sign-in");
};
// A provider that speaks SAML: signs in by what is asked of it, and signs out, begun here and begun there.
const bySaml = async (name, url, settings) => {
  const customers = await customer(name);
  const connection = await call("POST", "/sso/connections", {
    organization_id: customers.id, kind: "saml", name: `${name} ID`, saml: { idp_metadata_url: `${url}/metadata`, ...settings },
  }, token);
  const trust = await fetch(`${url}/trust?metadata=${encodeURIComponent(connection.saml.metadata_url)}`);
  assert.equal(await trust.text(), "trusted");
  const { ok, checks, test_url: trial } = await call("POST", `/sso/connections/${connection.id}/test`, {}, token);
  assert.ok(ok, JSON.stringify(checks));
  const email = `grace@${customers.domain}`;
  await context.clearCookies();
  await page.goto(trial);
  await signInThere(email);
  await page.getByRole("heading", { name: "What your identity provider said" }).waitFor();
  await page.getByText("its domain is verified").waitFor();
  await call("PATCH", `/sso/connections/${connection.id}`, { state: "enabled" }, token);

  await signIn(email);
  assert.equal(await page.getByLabel("Last name").inputValue(), "Hopper");
  assert.equal((await members(customers.id)).length, 2);
  await press("Sign out");
  await at("/auth/sign-in?done=signed-out");
  await isSignedOut();
  // It was heard of there: nobody is left to sign out.
  await signIn(email);
  await page.goto(`${url}/sign-out?email=${encodeURIComponent(email)}`);
  await page.getByText("signed out everywhere").waitFor();
  await isSignedOut();
  return { connection, email };
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

  const { connection: forms, email: byForm } = await bySaml("Harbour", pysaml2, {});
  console.log("pysaml2 signs in, is signed out of, and signs out: they agree");
  await call("PATCH", `/sso/connections/${forms.id}`, { saml: { idp_sso_binding: "post" } }, token);
  await signIn(byForm);
  // Without scripts there is a button.
  const plain = await browser.newContext({ javaScriptEnabled: false });
  const still = await plain.newPage();
  await still.goto(`${base}/auth/sso?connection=${forms.id}`);
  await still.getByRole("button", { name: "Continue" }).click();
  await still.getByLabel("Address").fill(byForm);
  await still.getByRole("button", { name: "Sign in" }).waitFor();
  await plain.close();
  console.log("pysaml2 takes a request in a form: they agree");
  await bySaml("Quarry", samlify, { want_encrypted_assertions: true });
  console.log("samlify signs in with what it has encrypted, is signed out of, and signs out: they agree");

  const mill = await customer("Mill");
  await call("POST", "/sso/connections", {
    organization_id: mill.id, kind: "oidc", name: "Mill ID", state: "enabled", single_logout: true,
    oidc: { issuer: op, client_id: "janua", client_secret: "a secret of tests: 100% & more" },
  }, token);
  await signIn(`grace@${mill.domain}`, async (email) => {
    await page.getByPlaceholder("Enter any login").fill(email);
    await page.getByPlaceholder("and password").fill("any");
    await press("Sign-in");
    await press("Continue");
  });
  assert.equal((await members(mill.id)).length, 2);
  await press("Sign out");
  await press("Yes, sign me out");
  await page.waitForURL((url) => url.pathname === "/auth/sign-in");
  await isSignedOut();
  console.log("oidc-provider signs in and out: they agree");
  told();
  console.log("pyop names an address that is not the organization's: they agree");
} catch (error) {
  await failed(error);
} finally {
  await browser.close();
}
