// Chromium's virtual authenticators: each registers a passkey and signs in with it, and a copy of it is refused.
//
//     node scripts/peers/chromium.mjs BASE_URL EMAIL PASSWORD CHROMIUM
//
// Needs playwright-core, found as node finds modules. BASE_URL has to be the APP_BASE_URL of the server.
import assert from "node:assert";
import { createRequire } from "node:module";

const { chromium } = createRequire(process.cwd() + "/")("playwright-core");
const [base, email, password, executablePath] = process.argv.slice(2);

const KINDS = [
  { transport: "internal", hasUserVerification: true },
  { transport: "internal", hasUserVerification: false },
  { transport: "usb", hasUserVerification: true },
  { transport: "usb", hasUserVerification: false },
];

// Runs in the page.
const ceremonies = () => {
  window.call = async (path, body, token) => {
    const headers = { "Content-Type": "application/json" };
    if (token) headers.Authorization = `Bearer ${token}`;
    const answer = await fetch("/api/v1" + path, { method: "POST", headers, body: JSON.stringify(body), credentials: "omit" });
    return answer.json();
  };
  window.add = async (token) => {
    const asked = await call("/passkeys/register/options", {}, token);
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(asked.public_key);
    const credential = await navigator.credentials.create({ publicKey });
    return call("/passkeys/register/verify", { challenge_id: asked.challenge_id, credential: credential.toJSON() }, token);
  };
  window.signIn = async (whom) => {
    const asked = await call("/passkeys/authenticate/options", whom);
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(asked.public_key);
    const credential = await navigator.credentials.get({ publicKey });
    return call("/passkeys/authenticate/verify", { challenge_id: asked.challenge_id, credential: credential.toJSON() });
  };
};

const amr = (answer) => JSON.parse(Buffer.from(answer.tokens.access_token.split(".")[1], "base64url")).amr;

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
try {
  for (const kind of KINDS) {
    const context = await browser.newContext({ bypassCSP: true });
    const page = await context.newPage();
    await page.goto(base + "/");
    await page.evaluate(ceremonies);
    const cdp = await context.newCDPSession(page);
    await cdp.send("WebAuthn.enable");
    const options = { protocol: "ctap2", hasResidentKey: true, isUserVerified: true, automaticPresenceSimulation: true, ...kind };
    const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", { options });
    const token = (await page.evaluate((who) => call("/auth/login", who), { email, password })).tokens.access_token;

    const added = await page.evaluate((token) => add(token), token);
    assert.ok(added.id, JSON.stringify(added));
    const expected = kind.hasUserVerification ? ["hwk", "user", "mfa"] : ["hwk", "user"];
    const { credentials } = await cdp.send("WebAuthn.getCredentials", { authenticatorId });
    // Chromium makes a key discoverable only where the authenticator can verify its user.
    const ways = kind.hasUserVerification ? [{}, { email }] : [{ email }, { email }];
    for (const whom of ways) {
      const answer = await page.evaluate((whom) => signIn(whom), whom);
      assert.equal(answer.user?.email, email, JSON.stringify(answer));
      assert.deepEqual(amr(answer), expected);
    }
    // The copy that was taken before both sign-ins counts on from there.
    const copy = credentials[0];
    await cdp.send("WebAuthn.removeCredential", { authenticatorId, credentialId: copy.credentialId });
    await cdp.send("WebAuthn.addCredential", { authenticatorId, credential: copy });
    const refused = await page.evaluate((whom) => signIn(whom), ways[0]);
    assert.equal(refused.code, "PASSKEY_COUNTER_BACKWARDS", JSON.stringify(refused));
    await context.close();
    console.log(`chromium and Janua agree: ${kind.transport}, user verification ${kind.hasUserVerification}`);
  }
} finally {
  await browser.close();
}
