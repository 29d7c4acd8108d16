import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { JanuaClient, verifyToken, verifyWebhook } from '../src/index.js';
import { totp } from './authenticator_app.js';
import { admin, type RunningServer, startServer } from './janua_server.js';
import { client, linkToken, mailed, newAddress, password, signedUp } from './people.js';

test('a second factor: set up, asked for at the next sign-in, told of by an event', async () => {
  const ada = await signedUp();
  const { secret } = await ada.mfa.enableTotp({ password });
  const { recovery_codes } = await ada.mfa.verifyTotp(totp(secret));
  expect(recovery_codes.length).toBe(10);
  expect((await ada.mfa.status()).totp_enabled).toBe(true);

  const phone = client();
  const owed: string[][] = [];
  phone.on('auth:mfaRequired', ({ methods }) => owed.push(methods));
  const first = await phone.auth.signIn({ email: ada.email, password });
  if (!first.mfa_required) throw new Error('no second factor was asked for');
  expect(owed).toEqual([first.methods]);
  expect(await phone.auth.isSignedIn()).toBe(false);
  await expect(
    phone.mfa.verifyChallenge({ mfa_token: first.mfa_token, code: '000000' }),
  ).rejects.toMatchObject({
    code: 'INVALID_MFA_CODE',
  });
  const second = await phone.mfa.verifyChallenge({ mfa_token: first.mfa_token, code: recovery_codes[0]! });
  expect(second.mfa_required).toBe(false);
  expect((await phone.users.me()).email).toBe(ada.email);
});

test('an organization: made, joined by invitation, asked what one may do, acted in', async () => {
  const ada = await signedUp();
  const bob = await signedUp();
  const { id } = await ada.organizations.create({ name: `Engines ${ada.email}` });
  await ada.organizations.invitations.create(id, { email: bob.email, role: 'member' });
  const token = await mailed(bob.email, linkToken('invitation'));
  expect((await bob.organizations.invitations.preview(token)).role).toBe('member');
  const refused = await bob.organizations.invitations.accept(token).catch((error) => error);
  if (refused?.code === 'INVITATION_NEEDS_VERIFIED_ADDRESS') {
    await bob.auth.verifyEmail(await mailed(bob.email, linkToken('verify')));
    await bob.organizations.invitations.accept(token);
  }
  expect((await ada.organizations.members.list(id)).total).toBe(2);
  const question = { permission: 'organization:delete', organization_id: id };
  expect(await bob.organizations.check(question)).toMatchObject({ allowed: false });
  expect(await ada.organizations.check(question)).toMatchObject({ allowed: true });
  await bob.auth.actIn(id);
  const claims = await verifyToken((await bob.auth.getAccessToken())!, { issuer: inject('janua') });
  expect(claims.org).toBe(id);
  await bob.auth.refresh();
  const later = await verifyToken((await bob.auth.getAccessToken())!, { issuer: inject('janua') });
  expect(later.org).toBe(id);
  await ada.organizations.members.remove(id, bob.user.id);
  expect((await ada.organizations.members.list(id)).total).toBe(1);
});

test('a program with an API key asks who it is, keeps nothing, and may do no more than its scopes', async () => {
  const ada = await signedUp();
  const { key, id } = await ada.apiKeys.create({ name: 'nightly', scopes: ['profile:read'] });
  const program = new JanuaClient({ baseUrl: inject('janua'), apiKey: key });
  expect((await program.users.me()).email).toBe(ada.email);
  await expect(program.users.updateMe({ first_name: 'Eve' })).rejects.toMatchObject({
    code: 'SCOPE_MISSING',
    status: 403,
  });
  await ada.apiKeys.revoke(id);
  await expect(program.users.me()).rejects.toMatchObject({ code: 'API_KEY_REVOKED' });
  await expect(program.auth.refresh()).rejects.toThrow(TypeError);
});

test('administrators find somebody, suspend them, and act for them within limits', async () => {
  const ada = client();
  await ada.auth.signIn(admin);
  const bob = await signedUp();
  const { users } = await ada.admin.users.list({ email: bob.email.toUpperCase() });
  expect(users.map(({ id }) => id)).toEqual([bob.user.id]);
  const { access_token } = await ada.admin.users.impersonate(bob.user.id, { reason: 'ticket 7' });
  const support = new JanuaClient({ baseUrl: inject('janua'), accessToken: () => access_token });
  expect((await support.users.me()).impersonator?.reason).toBe('ticket 7');
  await ada.admin.users.suspend(bob.user.id);
  await expect(bob.users.me()).rejects.toMatchObject({ status: 401 });
  expect((await ada.admin.stats()).users.suspended).toBeGreaterThan(0);
  const lines = await (await ada.auditLogs.export({ target_id: bob.user.id })).text();
  expect(
    lines
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).action),
  ).toContain('user.suspended');
});

test('how the server does is told to everybody', async () => {
  const nobody = client();
  expect((await nobody.server.health()).status).toBe('healthy');
  await nobody.server.live();
  await nobody.server.ready();
  expect(await nobody.server.metrics()).toMatch(/^# /m);
  expect(nobody.auth.oauth.callbackUrl('google')).toBe(
    `${inject('janua')}/api/v1/auth/oauth/google/callback`,
  );
});

test('a list gives a page, and with `for await` every entry of all pages, by number and by cursor', async () => {
  const ada = await signedUp();
  for (let i = 0; i < 4; i += 1) await client().auth.signIn({ email: ada.email, password });
  const page = await ada.sessions.list({ per_page: 2 });
  expect([page.sessions.length, page.total]).toEqual([2, 5]);
  ada.sent.length = 0;
  const ids: string[] = [];
  for await (const { id } of ada.sessions.list({ per_page: 2 })) ids.push(id);
  expect([new Set(ids).size, ada.sent.length]).toEqual([5, 3]);
  // Whoever stops early asks no further.
  ada.sent.length = 0;
  for await (const _ of ada.sessions.list({ per_page: 2 })) break;
  expect(ada.sent.length).toBe(1);

  const { id } = await ada.organizations.create({ name: 'Looms' });
  for (const name of ['a', 'b', 'c', 'd']) await ada.organizations.update(id, { name });
  const actions: string[] = [];
  const log = ada.auditLogs.ofOrganization(id, { action: 'organization.updated', limit: 3 });
  for await (const { action } of log) actions.push(action);
  expect(actions).toEqual(Array(4).fill('organization.updated'));
  expect((await log).entries.length).toBe(3);

  const refused = async () => {
    for await (const _ of ada.admin.users.list()) throw new Error('nobody may read this');
  };
  await expect(refused()).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

let own: RunningServer;
beforeAll(async () => {
  own = await startServer({ OUTBOUND_ALLOWED_NETWORKS: '127.0.0.0/8', WEBHOOK_ALLOW_HTTP: 'true' });
});
afterAll(() => own?.stop());

test('a real delivery of a webhook is believed, and nothing else', async () => {
  const ada = new JanuaClient({ baseUrl: own.url });
  await ada.auth.signIn(admin);
  const delivered: { body: string; headers: Record<string, string | string[] | undefined> }[] = [];
  const receiver = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    delivered.push({ body, headers: request.headers });
    response.end();
  });
  await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done));
  const { port } = receiver.address() as { port: number };
  const hook = await ada.webhooks.create({
    url: `http://127.0.0.1:${port}/hook`,
    events: ['user.registered'],
  });
  expect((await ada.webhooks.test(hook.id)).delivered).toBe(true);
  const rotated = await ada.webhooks.rotateSecret(hook.id, { overlap_hours: 1 });
  expect((await ada.webhooks.test(hook.id)).delivered).toBe(true);
  receiver.close();
  const [first, second] = delivered;
  expect((await verifyWebhook({ ...first!, secret: hook.secret })).id).toMatch(/^evt_/);
  await verifyWebhook({ ...second!, secret: hook.secret });
  await verifyWebhook({ ...second!, secret: rotated.secret });
  await verifyWebhook({ ...first!, secret: [rotated.secret, hook.secret] });
  const changed = { ...first!, body: `${first!.body} ` };
  await expect(verifyWebhook({ ...changed, secret: hook.secret })).rejects.toMatchObject({
    code: 'WEBHOOK_SIGNATURE_INVALID',
  });
});

test('tokens of a key that is newer than the kept ones are believed after one question; invented ones ask no more', async () => {
  const ada = new JanuaClient({ baseUrl: own.url });
  await ada.auth.signIn(admin);
  let asked = 0;
  const options = {
    issuer: own.url,
    fetch: ((input, init) => {
      asked += 1;
      return fetch(input, init);
    }) as typeof fetch,
  };
  const token = async () => (await ada.auth.refresh()).access_token;
  const claims = await verifyToken(await token(), options);
  expect(claims.sub).toBe((await ada.users.me()).id);
  await verifyToken(await token(), options);
  expect(asked).toBe(1);
  await ada.admin.rotateKeys({ now: true, algorithm: 'ES256' });
  const fresh = await token();
  expect(JSON.parse(Buffer.from(fresh.split('.')[0]!, 'base64url').toString()).alg).toBe('ES256');
  await verifyToken(fresh, options);
  expect(asked).toBe(2);
  const invented = fresh.replace(
    /^[^.]+/,
    Buffer.from('{"alg":"ES256","typ":"at+jwt","kid":"invented"}').toString('base64url'),
  );
  for (let i = 0; i < 5; i += 1) {
    await expect(verifyToken(invented, options)).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
  }
  expect(asked).toBe(2);
});

test('where addresses must be verified, signing up signs nobody in, and the mailed link opens the door', async () => {
  const ada = new JanuaClient({ baseUrl: own.url });
  const email = newAddress();
  const { tokens, verification_required } = await ada.auth.signUp({ email, password });
  expect([tokens ?? null, verification_required]).toEqual([null, true]);
  expect(await ada.auth.isSignedIn()).toBe(false);
  await expect(ada.auth.signIn({ email, password })).rejects.toMatchObject({
    name: 'AuthenticationError',
    code: 'EMAIL_NOT_VERIFIED',
  });
  await ada.auth.resendVerification(email);
  await ada.auth.verifyEmail(await mailed(email, linkToken('verify'), own.url));
  expect((await ada.auth.signIn({ email, password })).mfa_required).toBe(false);
});
