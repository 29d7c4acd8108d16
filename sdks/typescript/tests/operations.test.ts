import { readFileSync } from 'node:fs';
import { expect, inject, test } from 'vitest';
import { JanuaClient, type JanuaError } from '../src/index.js';
import { admin } from './janua_server.js';

type Methods = Record<string, (...words: unknown[]) => unknown>;

const document = JSON.parse(readFileSync(new URL('../../../api/openapi.json', import.meta.url), 'utf8'));
const operations = Object.entries(document.paths as Record<string, object>).flatMap(([path, item]) =>
  Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
);
/** Nothing of the API, but made of calls that are counted by themselves, or of the browser. */
const composed = new Set([
  'constructor',
  'signIn@passkeys',
  'register',
  'ask',
  'answer',
  'isSupported',
  'refused',
]);
composed.add('isPlatformAuthenticatorAvailable');
const ID = '01a22403-0000-7000-8000-000000000000';

function parts(client: JanuaClient): [string, Methods][] {
  const {
    auth,
    users,
    sessions,
    mfa,
    passkeys,
    organizations,
    apiKeys,
    sso,
    webhooks,
    auditLogs,
    admin: all,
    server,
  } = client;
  const { members, invitations, roles, domains } = organizations;
  return Object.entries({
    auth,
    oauth: auth.oauth,
    users,
    sessions,
    mfa,
    passkeys,
    organizations,
    members,
    invitations,
    roles,
    domains,
    apiKeys,
    organizationApiKeys: apiKeys.ofOrganization,
    sso,
    webhooks,
    auditLogs,
    admin: all,
    adminUsers: all.users,
    adminOrganizations: all.organizations,
    server,
  }) as unknown as [string, Methods][];
}

/** Calls every method of every module, each with ids and an empty body, and gives what arrives at `send`. */
async function callEverything(
  client: JanuaClient,
  each: (name: string, outcome: unknown) => void,
): Promise<void> {
  for (const [module, part] of parts(client)) {
    const names = Object.getOwnPropertyNames(Object.getPrototypeOf(part));
    for (const name of names) {
      if (composed.has(name) || composed.has(`${name}@${module}`)) continue;
      const source = part[name]!.toString();
      const words = source
        .slice(source.indexOf('(') + 1, source.indexOf(')'))
        .split(',')
        .map((word) => word.trim());
      const values = words.map((word) =>
        /^(options|query|\w+ = )/.test(word) ? undefined : /^(request|changes|proof)/.test(word) ? {} : ID,
      );
      const outcome = await Promise.resolve()
        .then(() => part[name]!(...values))
        .catch((error) => error);
      each(`${module}.${name}`, outcome);
    }
  }
}

test('every operation of the API document is reached by a method of the client', async () => {
  const seen: string[] = [];
  const client = new JanuaClient({
    baseUrl: 'https://auth.example.com',
    maxRetries: 0,
    fetch: async (input, init) => {
      seen.push(`${init?.method} ${new URL(String(input)).pathname}`);
      return Response.json({
        methods: [],
        user: {},
        mfa_required: false,
        tokens: { access_token: 'a.e30.c', refresh_token: 'r' },
      });
    },
  });
  await client.auth.signIn({ email: 'a', password: 'b' });
  await callEverything(client, (name, outcome) => {
    // Where browsers are sent instead of programs.
    if (/Url$/.test(name)) seen.push(`GET ${new URL(String(outcome)).pathname}`);
    if (/\.callbackUrl$|^sso\.logoutUrl$/.test(name)) seen.push(`POST ${new URL(String(outcome)).pathname}`);
  });
  await client.auth.signIn({ email: 'a', password: 'b' });
  await client.auth.signUp({ email: 'a', password: 'b' });
  await client.auth.refresh();
  await client.auth.signOut();
  client.close();
  const missing = operations.filter((one) => !seen.includes(one.replace(/\{\w+\}/g, ID)));
  expect(missing).toEqual([]);
  expect(operations.length).toBeGreaterThanOrEqual(165);
});

test('the real server knows every call as it is sent: no path, method or field that it would not', async () => {
  const client = new JanuaClient({ baseUrl: inject('janua'), maxRetries: 0 });
  await client.auth.signIn(admin);
  const token = await client.auth.getAccessToken();
  const bearer = new JanuaClient({ baseUrl: inject('janua'), accessToken: token!, maxRetries: 0 });
  const strange: string[] = [];
  let calls = 0;
  // What would end the session, or the server's calm, in the middle of this test is tried elsewhere.
  const reckless = [
    'auth.signOut',
    'auth.refresh',
    'users.deleteMe',
    'sessions.revokeOthers',
    'admin.rotateKeys',
    'admin.setMaintenance',
  ];
  for (const name of reckless) composed.add(`${name.split('.')[1]}@${name.split('.')[0]}`);
  await callEverything(bearer, (name, outcome) => {
    calls += 1;
    const { code, status } = (outcome ?? {}) as JanuaError;
    const known = ![
      'UNKNOWN_FIELD',
      'METHOD_NOT_ALLOWED',
      'UNEXPECTED_RESPONSE',
      'UNSUPPORTED_MEDIA_TYPE',
      'CSRF_REFUSED',
    ].includes(code);
    if (!known || status >= 500 || outcome instanceof TypeError)
      strange.push(`${name}: ${status} ${code ?? outcome}`);
  });
  expect(strange).toEqual([]);
  expect(calls).toBeGreaterThan(120);
});
