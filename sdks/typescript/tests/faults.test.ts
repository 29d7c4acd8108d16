import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, expect, inject, test } from 'vitest';
import { NetworkError, TimeoutError, UnexpectedResponseError } from '../src/index.js';
import { freePort } from './janua_server.js';
import { client, drawer, signedUp } from './people.js';

const running: Server[] = [];
afterEach(() => {
  for (const server of running.splice(0)) server.close().closeAllConnections();
});

/** Something that answers in Janua's place. */
async function faulty(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  running.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

/** Somebody who is signed in at the real server, and whose tokens are then shown to a faulty one. */
async function moved(baseUrl: string, config = {}) {
  const { storage, tokenStorage } = drawer();
  const ada = await signedUp({ tokenStorage });
  ada.close();
  return { storage, ada: client({ baseUrl, tokenStorage, ...config }) };
}

const dead = { clock_offset_ms: 3_600_000 };

test('server down: a NetworkError that says what to look at, and nobody is signed out', async () => {
  const { storage, ada } = await moved(`http://127.0.0.1:${await freePort()}`);
  const error = await ada.users.me().catch((thrown) => thrown);
  expect(error).toBeInstanceOf(NetworkError);
  expect(error).toMatchObject({ code: 'NETWORK_ERROR', status: 0 });
  expect(error.help).toMatch(/curl .*\/health.*CORS_ORIGINS/);
  expect(ada.sent.length).toBe(1);
  storage.change(dead);
  await expect(ada.users.me()).rejects.toBeInstanceOf(NetworkError);
  expect(await ada.auth.isSignedIn()).toBe(true);
});

test('server slow: a TimeoutError in time, also when the body never ends', async () => {
  const { ada } = await moved(await faulty(() => {}), { timeout: 200 });
  const error = await ada.users.me().catch((thrown) => thrown);
  expect(error).toBeInstanceOf(TimeoutError);
  const stuck = await moved(
    await faulty((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{');
    }),
    { timeout: 200 },
  );
  await expect(stuck.ada.users.me()).rejects.toMatchObject({ code: 'TIMEOUT' });
});

test('a call can be given up', async () => {
  const { ada } = await moved(await faulty(() => {}));
  const abort = new AbortController();
  const call = ada.users.me({ signal: abort.signal });
  abort.abort(new Error('enough'));
  await expect(call).rejects.toThrow('enough');
});

test('429 and 503 in front of the real server: waits as told, then goes on', async () => {
  let answers = 0;
  const real = inject('janua');
  const proxy = await faulty(async (request, response) => {
    answers += 1;
    if (answers <= 2) {
      response.writeHead(answers === 1 ? 429 : 503, { 'retry-after': '0', 'content-type': 'text/html' });
      return response.end('<h1>busy</h1>');
    }
    const answer = await fetch(real + request.url, {
      headers: { authorization: request.headers.authorization! },
    });
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(await answer.text());
  });
  const { ada } = await moved(proxy);
  expect((await ada.users.me()).email).toMatch(/@example.com$/);
  expect(answers).toBe(3);
});

test('503 without end: typed, and not asked for ever', async () => {
  let answers = 0;
  const { storage, ada } = await moved(
    await faulty((_, response) => {
      answers += 1;
      response.writeHead(503, { 'retry-after': '0' }).end();
    }),
  );
  storage.change(dead);
  await expect(ada.users.me()).rejects.toMatchObject({ name: 'ServiceUnavailableError', status: 503 });
  expect(answers).toBe(3);
  expect(await ada.auth.isSignedIn()).toBe(true);
});

test("HTML instead of JSON, as from a hotel's network: typed, and nobody is signed out", async () => {
  const page = await faulty((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>');
  });
  const { storage, ada } = await moved(page);
  const error = await ada.users.me().catch((thrown) => thrown);
  expect(error).toBeInstanceOf(UnexpectedResponseError);
  expect(error.details.beginning).toBe('<h1>Welcome</h1>');
  storage.change(dead);
  await expect(ada.auth.refresh()).rejects.toMatchObject({ code: 'UNEXPECTED_RESPONSE' });
  expect(await ada.auth.isSignedIn()).toBe(true);
});

test('an answer to the refresh that is lost is asked for again and brings the same tokens', async () => {
  const real = inject('janua');
  const given: string[] = [];
  const proxy = await faulty(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(real + request.url, { method: 'POST', headers, body });
    const text = await answer.text();
    given.push(JSON.parse(text).refresh_token);
    if (given.length === 1) return response.destroy();
    response.writeHead(answer.status, headers).end(text);
  });
  const { storage, ada } = await moved(proxy);
  await expect(ada.auth.refresh()).rejects.toBeInstanceOf(NetworkError);
  await ada.auth.refresh();
  expect(given[1]).toBe(given[0]);
  expect(storage.tokens().refresh_token).toBe(given[0]);
});

test.each([10, -10])('a clock that is %i minutes off costs no refresh and no session', async (minutes) => {
  const now = Date.now;
  Date.now = () => now() + minutes * 60_000;
  try {
    const ada = await signedUp();
    expect((await ada.users.me()).email).toBe(ada.email);
    await ada.sessions.list();
    expect(ada.sent.some((call) => call.endsWith('/auth/refresh'))).toBe(false);
  } finally {
    Date.now = now;
  }
});

test('a storage that breaks is told of once, and the session goes on in memory', async () => {
  const told: string[] = [];
  const storage = {
    getItem: () => null,
    setItem: () => {
      throw new Error('quota');
    },
    removeItem: () => {},
  };
  const ada = client({ tokenStorage: { type: 'custom', storage } });
  ada.on('error', ({ error }) => told.push(error.code));
  const { email } = (
    await ada.auth.signUp({ email: `${Date.now()}-quota@example.com`, password: 'harbour-cello-tundra-48' })
  ).user;
  expect((await ada.users.me()).email).toBe(email);
  expect(told).toEqual(['STORAGE_FAILED']);
});
