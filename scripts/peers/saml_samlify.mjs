// An identity provider on samlify, which signs with xml-crypto and encrypts with xml-encryption; everybody may sign in at it
// as anybody.
//
//     node scripts/peers/saml_samlify.mjs PORT KEY CERTIFICATE
//
// Serves `/metadata`, and trusts the service provider whose metadata is at the address that `/trust?metadata=` names.
// `/sign-out?email=` ends the session of somebody on its own account. Needs samlify, found below the working folder.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";

const samlify = createRequire(process.cwd() + "/")("samlify");
const [port, key, certificate] = process.argv.slice(2);
const base = `http://127.0.0.1:${port}`;
const redirect = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
// Messages are checked by signature here, and by schema by whom they are for.
samlify.setSchemaValidator({ validate: async () => "not checked" });

const attribute = (name, tag) =>
  `<saml:Attribute Name="${name}" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic"><saml:AttributeValue xsi:type="xs:string">{${tag}}</saml:AttributeValue></saml:Attribute>`;
const claims = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims";
const context = samlify.SamlLib.defaultLoginResponseTemplate.context
  .replace("{AuthnStatement}", '<saml:AuthnStatement AuthnInstant="{IssueInstant}" SessionIndex="{SessionIndex}"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>')
  .replace("{AttributeStatement}", `<saml:AttributeStatement>${attribute(`${claims}/emailaddress`, "Email")}${attribute(`${claims}/givenname`, "Given")}${attribute(`${claims}/surname`, "Family")}</saml:AttributeStatement>`);
const idp = samlify.IdentityProvider({
  entityID: `${base}/metadata`,
  privateKey: readFileSync(key),
  signingCert: readFileSync(certificate),
  requestSignatureAlgorithm: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
  wantAuthnRequestsSigned: true,
  wantLogoutRequestSigned: true,
  wantLogoutResponseSigned: true,
  isAssertionEncrypted: true,
  dataEncryptionAlgorithm: "http://www.w3.org/2009/xmlenc11#aes256-gcm",
  keyEncryptionAlgorithm: "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p",
  nameIDFormat: ["urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"],
  singleSignOnService: [{ Binding: redirect, Location: `${base}/sign-in` }],
  singleLogoutService: [{ Binding: redirect, Location: `${base}/slo` }],
  loginResponseTemplate: { context, attributes: [] },
});

const form = '<!doctype html><title>samlify</title><main><h1>samlify</h1><form method="post"><label>Address <input name="email"></label><button>Sign in</button></form></main>';
const escaped = (text) => text.replace(/[&<>"]/g, (it) => `&#${it.charCodeAt(0)};`);
let sp;
const sessions = new Map();

const answers = {
  "GET /metadata": async () => ({ type: "application/samlmetadata+xml", body: idp.getMetadata() }),
  "GET /trust": async ({ query }) => {
    const metadata = await (await fetch(query.metadata)).text();
    // Metadata does not say that messages about signing out have to be signed.
    sp = samlify.ServiceProvider({ metadata, wantLogoutRequestSigned: true, wantLogoutResponseSigned: true });
    return { body: "trusted" };
  },
  "GET /sign-in": async ({ query, octetString }) => {
    await idp.parseLoginRequest(sp, "redirect", { query, octetString });
    return { body: form };
  },
  "POST /sign-in": async ({ query, octetString, posted }) => {
    const asked = await idp.parseLoginRequest(sp, "redirect", { query, octetString });
    const [email, index] = [posted.email, `_${randomUUID()}`];
    const acs = sp.entityMeta.getAssertionConsumerService("post");
    const [now, soon] = [0, 300_000].map((more) => new Date(Date.now() + more).toISOString());
    const fill = (template) => ({
      id: index,
      context: samlify.SamlLib.replaceTagsByValue(template, {
        ID: `_${randomUUID()}`, AssertionID: `_${randomUUID()}`, Issuer: `${base}/metadata`, IssueInstant: now, Destination: acs,
        SubjectRecipient: acs, Audience: sp.entityMeta.getEntityID(), InResponseTo: asked.extract.request.id,
        StatusCode: "urn:oasis:names:tc:SAML:2.0:status:Success", ConditionsNotBefore: now, ConditionsNotOnOrAfter: soon,
        SubjectConfirmationDataNotOnOrAfter: soon, NameIDFormat: "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
        NameID: email, SessionIndex: index, Email: email, Given: "Grace", Family: "Hopper",
      }),
    });
    const told = await idp.createLoginResponse(sp, asked, "post", { email }, { customTagReplacement: fill, encryptThenSign: true });
    sessions.set(email, index);
    const field = (name, value) => `<input type="hidden" name="${name}" value="${escaped(value)}">`;
    return {
      body: `<!doctype html><body onload="document.forms[0].submit()"><form method="post" action="${escaped(acs)}">${field("SAMLResponse", told.context)}${field("RelayState", query.RelayState ?? "")}</form>`,
    };
  },
  "GET /slo": async ({ query, octetString }) => {
    if (!query.SAMLRequest) return { body: "<title>samlify</title><main>signed out everywhere</main>" };
    const asked = await idp.parseLogoutRequest(sp, "redirect", { query, octetString });
    sessions.delete(asked.extract.nameID);
    const told = idp.createLogoutResponse(sp, asked, "redirect", query.RelayState ?? "");
    return { to: told.context };
  },
  "GET /sign-out": async ({ query }) => {
    const asked = idp.createLogoutRequest(sp, "redirect", { logoutNameID: query.email, sessionIndex: sessions.get(query.email) });
    return { to: asked.context };
  },
};

http
  .createServer(async (request, response) => {
    const url = new URL(request.url, base);
    let text = "";
    for await (const part of request) text += part;
    const asked = {
      query: Object.fromEntries(url.searchParams),
      posted: Object.fromEntries(new URLSearchParams(text)),
      // What was signed are the parameters as they came, in this order.
      octetString: ["SAMLRequest", "SAMLResponse", "RelayState", "SigAlg"]
        .map((name) => url.search.slice(1).split("&").find((it) => it.startsWith(`${name}=`)))
        .filter(Boolean)
        .join("&"),
    };
    try {
      const { body = "", type = "text/html", to } = await answers[`${request.method} ${url.pathname}`](asked);
      response.writeHead(to ? 303 : 200, to ? { Location: to } : { "Content-Type": type }).end(body);
    } catch (error) {
      console.error(request.method, request.url, error);
      response.writeHead(500).end(String(error));
    }
  })
  .listen(Number(port), "127.0.0.1");
