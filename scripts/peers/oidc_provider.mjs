// A provider of OpenID Connect that others wrote (oidc-provider), at which everybody may sign in as anybody.
//
//     node scripts/peers/oidc_provider.mjs ISSUER CALLBACK [SIGNED_OUT]
//
// SIGNED_OUT is where people may be sent who have signed out there.
// Needs oidc-provider, found below the working folder.
const [issuer, callback, signedOut] = process.argv.slice(2);
const { default: Provider } = await import(`file://${process.cwd()}/node_modules/oidc-provider/lib/index.js`);

const provider = new Provider(issuer, {
  clients: [{ client_id: "janua", client_secret: "a secret of tests: 100% & more", redirect_uris: [callback], post_logout_redirect_uris: signedOut ? [signedOut] : [] }],
  claims: { email: ["email", "email_verified"], profile: ["name", "given_name", "family_name"] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: id, email_verified: true, name: "Grace Hopper", given_name: "Grace", family_name: "Hopper" }),
  }),
  pkce: { required: () => true },
  cookies: { keys: ["for tests"] },
});
provider.listen(Number(new URL(issuer).port));
