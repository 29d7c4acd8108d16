import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { settle } from '../src/config.js';
import { errorFromAnswer, unexpectedAnswer } from '../src/errors.js';
import * as sdk from '../src/index.js';
import { JanuaClient, type JanuaError } from '../src/index.js';
import { afterRefusal, endsSession } from '../src/session_keeper.js';
import { kept, lifetime, parseKept } from '../src/tokens.js';
import { Transport } from '../src/transport.js';
import { Drawer } from './people.js';

// biome-ignore lint/suspicious/noExplicitAny: the tables have a shape of their own each.
const table = (name: string): any =>
  JSON.parse(readFileSync(new URL(`../../vectors/${name}.json`, import.meta.url), 'utf8'));
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const token = (claims: object) => `${encode({ alg: 'RS256' })}.${encode(claims)}.c2ln`;
const classes: Record<string, unknown> = { ...sdk };
const baseUrl = 'https://auth.example.com';

afterEach(() => void vi.useRealTimers());

describe('urls.json', () => {
  const { path, cases, refused } = table('urls');
  for (const one of cases) {
    test(one.name, () => {
      expect(
        new Transport(settle({ baseUrl: one.base_url })).url(`GET ${path}` as 'GET /api/v1/users/me'),
      ).toBe(one.url);
      expect(settle({ baseURL: one.base_url }).baseUrl + path).toBe(one.url);
    });
  }
  for (const one of refused) {
    test(`refused: ${one.name}`, () =>
      expect(() => new JanuaClient({ baseUrl: one.base_url })).toThrow(TypeError));
  }
});

describe('errors.json', () => {
  for (const { name, answer, error: expected } of table('errors').cases) {
    test(name, async () => {
      const client = new JanuaClient({
        baseUrl,
        maxRetries: 0,
        fetch: async () => new Response(answer.body, answer),
      });
      const error = await client.users.me().catch((thrown) => thrown);
      expect(error.constructor).toBe(classes[expected.class]);
      expect(error).toMatchObject({
        name: expected.class,
        code: expected.code,
        errorCode: expected.error_code,
        status: expected.status,
        requestId: expected.request_id,
        retryAfter: expected.retry_after,
        ...(expected.message ? { message: expected.message } : {}),
        ...('help' in expected ? { help: expected.help } : {}),
        ...(expected.details ? { details: expected.details } : {}),
      });
    });
  }
});

describe('retry.json', () => {
  const { cases, max_retries, base_delay_ms } = table('retry');
  for (const one of cases) {
    test(one.name, async () => {
      vi.useFakeTimers();
      const times: number[] = [];
      const send = async () => {
        const { status, retry_after } = one.answers[times.length];
        times.push(Date.now());
        const headers = {
          'content-type': 'application/json',
          ...(retry_after ? { 'retry-after': retry_after } : {}),
        };
        return new Response(status === 204 ? null : '{}', { status, headers });
      };
      const transport = new Transport(settle({ baseUrl, fetch: send, maxRetries: max_retries }));
      const call = transport.call(`${one.method} ${one.path}` as 'GET /api/v1/users/me').then(
        () => one.answers[times.length - 1].status,
        (error) => error.status,
      );
      await vi.runAllTimersAsync();
      expect(await call).toBe(one.outcome);
      expect(times.length).toBe(one.requests);
      const waits = times.slice(1).map((time, index) => time - times[index]!);
      expect(waits.length).toBe(one.waits_ms.length);
      for (const [index, [least, most]] of one.waits_ms.entries()) {
        expect(waits[index]).toBeGreaterThanOrEqual(least - 1);
        expect(waits[index]).toBeLessThanOrEqual(most + 1);
      }
      expect(base_delay_ms).toBe(500);
    });
  }
});

describe('refresh.json', () => {
  const { due, after_refusal, after_failed_refresh, parallel } = table('refresh');
  for (const one of due.cases) {
    test(`due: ${one.name}`, () => {
      const { iat, exp, received_at } = one;
      const tokens = {
        access_token: token({ iat, exp }),
        refresh_token: 'r',
        token_type: 'bearer',
        expires_in: exp - iat,
      };
      expect(lifetime(kept(tokens, received_at * 1000), one.threshold ?? due.threshold)).toEqual({
        dueAt: one.due_at * 1000,
        expiresAt: one.expired_at * 1000,
      });
    });
  }

  const failure = (status: number, code: string): JanuaError => {
    if (status === 0) return new sdk.NetworkError(code, { code });
    const response = new Response(null, { status });
    if (code === 'UNEXPECTED_RESPONSE') return unexpectedAnswer(response, '<h1>');
    return errorFromAnswer(
      response,
      JSON.stringify({ error: 'SOMETHING', code, message: code, details: {} }),
    );
  };
  for (const { status, code, then } of after_refusal.cases) {
    test(`after ${status} ${code}: ${then}`, () => expect(afterRefusal(failure(status, code))).toBe(then));
  }
  for (const { status, code, then } of after_failed_refresh.cases) {
    test(`after a refresh with ${status} ${code}: ${then}`, () => {
      expect(endsSession(failure(status, code))).toBe(then === 'signed_out');
    });
  }

  test('parallel calls share one refresh', async () => {
    let refreshes = 0;
    const now = Math.floor(Date.now() / 1000);
    const fresh = {
      access_token: token({ iat: now, exp: now + 900 }),
      refresh_token: 'new',
      token_type: 'bearer',
      expires_in: 900,
    };
    const send = async (input: unknown) => {
      if (String(input).endsWith('/auth/refresh')) refreshes += 1;
      return Response.json(String(input).endsWith('/auth/refresh') ? fresh : {});
    };
    const storage = new Drawer();
    const old = token({ iat: now - 2000, exp: now - 1100 });
    storage.setItem('janua_auth', JSON.stringify({ ...fresh, access_token: old, refresh_token: 'old' }));
    const client = new JanuaClient({
      baseUrl,
      fetch: send as typeof fetch,
      tokenStorage: { type: 'custom', storage },
    });
    await Promise.all(Array.from({ length: parallel.calls }, () => client.users.me()));
    expect(refreshes).toBe(parallel.refreshes);
    expect(storage.tokens().refresh_token).toBe('new');
    client.close();
  });
});

describe('storage.json', () => {
  const { default_key, written, read } = table('storage');
  test('as it is written', async () => {
    expect(JSON.stringify(kept(written.tokens, written.received_at_ms))).toBe(written.text);
    expect(settle({ baseUrl }).storage.key).toBe(default_key);
  });
  for (const one of read) {
    test(`read: ${one.name}`, async () => {
      expect(parseKept(one.text) !== null).toBe(one.signed_in);
      const storage = { getItem: () => one.text, setItem() {}, removeItem() {} };
      const client = new JanuaClient({
        baseUrl,
        autoRefresh: false,
        tokenStorage: { type: 'custom', storage },
      });
      expect(await client.auth.isSignedIn()).toBe(one.signed_in);
    });
  }
});

describe('webhooks.json', () => {
  const { cases, tolerance } = table('webhooks');
  for (const one of cases) {
    test(one.name, async () => {
      const headers = { 'X-Janua-Timestamp': one.timestamp, 'X-Janua-Signature': one.signature };
      const { body, secret, now } = one;
      const verified = sdk.verifyWebhook({ body, headers, secret, now, tolerance });
      if (one.accepted) expect((await verified).data).toEqual(JSON.parse(body).data);
      else await expect(verified).rejects.toMatchObject({ name: 'WebhookVerificationError', code: one.code });
    });
  }
});

describe('tokens.json', () => {
  const { cases, ...settings } = table('tokens');
  for (const one of cases) {
    test(one.name, async () => {
      const verified = sdk.verifyToken(one.token, { ...settings, algorithms: one.algorithms });
      if (one.accepted) expect((await verified).sub).toMatch(/^01a22403/);
      else await expect(verified).rejects.toMatchObject({ name: 'TokenError', code: one.code });
    });
  }
});

describe('pages.json', () => {
  for (const { name, given, answers, asked, entries } of table('pages').cases) {
    test(name, async () => {
      const questions: Record<string, string>[] = [];
      const client = new JanuaClient({
        baseUrl,
        fetch: async (input) => {
          questions.push(Object.fromEntries(new URL(String(input)).searchParams));
          return Response.json(answers[questions.length - 1]);
        },
      });
      const found: unknown[] = [];
      for await (const entry of client.users.list(given)) found.push(entry);
      expect(found).toEqual(entries);
      const texts = (query: object) => Object.entries(query).map(([key, value]) => [key, String(value)]);
      expect(questions).toEqual(asked.map((query: object) => Object.fromEntries(texts(query))));
    });
  }
});
