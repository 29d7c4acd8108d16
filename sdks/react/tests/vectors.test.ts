import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { patient, startChromium } from '../../typescript/tests/chromium.js';
import { password, signIn } from './people.js';
import { scriptOf } from './stage.js';
import type { Answer } from './vectors_app.js';

// What the tables say of a client, seen through the provider, the hooks and the form; what has nothing to do with them
// (addresses, retries, pages, and what servers verify) the tests of the client alone run.

// biome-ignore lint/suspicious/noExplicitAny: the tables have a shape of their own each.
const table = (name: string): any =>
  JSON.parse(readFileSync(new URL(`../../vectors/${name}.json`, import.meta.url), 'utf8'));
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const email = 'ada@example.com';
const ada = { id: '0197c0de-7a3b-7c1e-8f00-1b2c3d4e5f60', email, first_name: 'Ada' };
const [login, refresh, me, change] = [
  'POST /auth/login',
  'POST /auth/refresh',
  'GET /users/me',
  'PATCH /users/me',
];
const { default_key, read, written } = table('storage');

/** What the form tells of the codes that it knows, by the field that it stands at. */
const told: Record<string, Record<string, string>> = {
  INVALID_CREDENTIALS: { '': 'Address or password is wrong.' },
  EMAIL_NOT_VERIFIED: { '': `We have sent a link to ${email}. Open it, and your account is ready.` },
  ACCOUNT_LOCKED: { '': 'There were too many tries. Please wait, or set a new password.' },
  EMAIL_ALREADY_EXISTS: { 'E-mail address': 'There is an account with this address already.' },
  WEAK_PASSWORD: {
    'E-mail address': 'This is no e-mail address.',
    Password: 'This password is too short, or too easy to guess.',
  },
  AUTHENTICATION_ERROR: { Password: 'That did not work. Please try again.' },
  RATE_LIMITED: { '': 'There were too many tries. Please wait a while.' },
};

const json = (body: object): Answer => ({ status: 200, body: JSON.stringify(body) });
const tokens = (iat: number, exp: number) => ({
  access_token: `${encode({ alg: 'RS256' })}.${encode({ iat, exp })}.c2ln`,
  refresh_token: 'r',
  token_type: 'bearer',
  expires_in: exp - iat,
});
const now = () => Math.floor(Date.now() / 1000);
const fresh = () => tokens(now(), now() + 86_400);
const over = () => tokens(now() - 2_000, now() - 1_100);

/** The answer that stands for a failure of the tables. */
function failure(status: number, code: string): Answer {
  if (code === 'TIMEOUT') return { status, body: null };
  if (code === 'UNEXPECTED_RESPONSE')
    return { status, headers: { 'content-type': 'text/html' }, body: '<h1>' };
  return { status, body: JSON.stringify({ error: 'SOMETHING', code, message: code, details: {} }) };
}

describe.each([19, 18] as const)('React %i', (version) => {
  let browser: Browser;
  let script: string;
  let shared: { context: BrowserContext; page: Page };

  beforeAll(async () => {
    script = await scriptOf('tests/vectors_app.tsx', version);
    browser = await startChromium();
    shared = await opened();
  });
  afterAll(() => browser?.close());

  /** A page with the application, before it is shown; `prepare` sets its clock. */
  async function opened(prepare?: (context: BrowserContext) => Promise<unknown>) {
    const context = patient(await browser.newContext());
    await prepare?.(context);
    const page = await context.newPage();
    const body = '<!doctype html><html lang="en"><title>App</title><div id="root"></div></html>';
    await page.route('http://app.localhost/', (route) => route.fulfill({ contentType: 'text/html', body }));
    await page.goto('http://app.localhost/');
    await page.addScriptTag({ content: script });
    return { context, page };
  }

  /** Shows the application to whoever has that text in their storage. */
  async function shown(text: string | null, answers: Record<string, Answer[]>, config = {}) {
    const { page } = shared;
    await page.evaluate(
      ([key, text, answers, config]) => {
        localStorage.clear();
        if (text !== null) localStorage.setItem(key, text);
        mount(answers, config);
      },
      [default_key as string, text, answers, config] as const,
    );
    return page;
  }

  const state = (page: Page, is: string) =>
    page.getByTestId('state').getByText(is, { exact: true }).waitFor();
  const kept = (page: Page) => page.evaluate((key) => localStorage.getItem(key), default_key as string);
  const calls = (page: Page) => page.evaluate(() => asked.map(({ call }) => call));

  describe('errors.json', () => {
    for (const { name, answer, error: expected } of table('errors').cases) {
      test(name, async () => {
        const page = await shown(null, { [login!]: [answer] });
        await state(page, 'true false');
        const thrown = await page.evaluate(
          (given) =>
            hooks.auth.signIn(given).catch(({ name, code, status, requestId, retryAfter }) => ({
              name,
              code,
              status,
              requestId,
              retryAfter,
            })),
          { email, password },
        );
        expect(thrown).toEqual({
          name: expected.class,
          code: expected.code,
          status: expected.status,
          requestId: expected.request_id,
          retryAfter: expected.retry_after,
        });

        await signIn(page, email);
        const problems = told[expected.code] ?? {
          '':
            expected.status === 503
              ? 'We cannot be reached at the moment. Please try again.'
              : 'That did not work. Please try again.',
        };
        for (const [label, text] of Object.entries(problems)) {
          if (label) {
            const field = page.locator('[aria-invalid="true"]').and(page.getByLabel(label, { exact: true }));
            const problem = await field.getAttribute('aria-describedby');
            expect(await page.locator(`[id="${problem}"]`).textContent()).toBe(text);
          } else await page.getByText(text, { exact: true }).waitFor();
        }
        await state(page, 'true false');
        expect(await calls(page)).toEqual([login, login]);
      });
    }
  });

  describe('refresh.json', () => {
    const { due, after_refusal, after_failed_refresh, parallel } = table('refresh');

    for (const one of due.cases) {
      test(`due: ${one.name}`, async () => {
        const { iat, exp, received_at, due_at, threshold = due.threshold } = one;
        const { context, page } = await opened(async ({ clock }) => {
          await clock.install({ time: (received_at - 60) * 1000 });
          await clock.pauseAt(received_at * 1000);
        });
        const ahead = iat - received_at;
        const answers = {
          [login!]: [json({ mfa_required: false, user: ada, tokens: tokens(iat, exp) })],
          [refresh!]: [json(tokens(due_at + ahead, due_at + ahead + 86_400))],
        };
        await page.evaluate(([answers, refreshThreshold]) => mount(answers, { refreshThreshold }), [
          answers,
          threshold as number,
        ] as const);
        await signIn(page, email);
        await state(page, 'true true');
        await page.clock.fastForward((due_at - received_at) * 1000 - 500);
        await page.clock.fastForward(1_000);
        await page.waitForFunction((call) => asked.some((one) => one.call === call), refresh);
        const [first, ...others] = await page.evaluate(
          (call) => asked.filter((one) => one.call === call).map(({ at }) => at),
          refresh,
        );
        expect(others).toEqual([]);
        expect(first).toBeGreaterThanOrEqual(due_at * 1000);
        await state(page, 'true true');
        await context.close();
      });
    }

    for (const { status, code, then } of after_refusal.cases) {
      test(`after ${status} ${code}: ${then}`, async () => {
        const page = await shown(JSON.stringify(fresh()), {
          [me!]: [json(ada)],
          [change!]: [failure(status, code), json({ ...ada, first_name: 'Grace' })],
          [refresh!]: [json(fresh())],
        });
        await state(page, 'true true');
        await page.evaluate(() => {
          asked.length = 0;
        });
        const outcome = await page.evaluate(() =>
          hooks.user.update({ first_name: 'Grace' }).then(
            ({ first_name }) => first_name,
            (error) => error.code,
          ),
        );
        expect(outcome).toBe(then === 'refresh' ? 'Grace' : code);
        expect(await calls(page)).toEqual(then === 'refresh' ? [change, refresh, change] : [change]);
        if (then === 'signed_out') {
          await state(page, `true false ${code}`);
          await page.getByLabel('Password').waitFor();
          expect(await kept(page)).toBe(null);
        } else {
          await state(page, 'true true');
          const name = outcome === 'Grace' ? 'Grace' : 'Ada';
          await page.waitForFunction((name) => hooks.user.user?.first_name === name, name);
          expect(await kept(page)).not.toBe(null);
        }
      });
    }

    for (const { status, code, then } of after_failed_refresh.cases) {
      test(`after a refresh with ${status} ${code}: ${then}`, async () => {
        const page = await shown(
          JSON.stringify(over()),
          { [me!]: [json(ada)], [refresh!]: [failure(status, code), json(fresh())] },
          { timeout: code === 'TIMEOUT' ? 200 : undefined },
        );
        if (then === 'signed_out') {
          await state(page, `true false ${code}`);
          await page.getByLabel('Password').waitFor();
          expect(await kept(page)).toBe(null);
          expect(await calls(page)).toEqual([refresh]);
        } else {
          await state(page, `false false ${code}`);
          expect(await page.getByLabel('Password').count()).toBe(0);
          expect(await kept(page)).not.toBe(null);
          await page.evaluate(() => globalThis.dispatchEvent(new Event('online')));
          await state(page, 'true true');
        }
      });
    }

    test('parallel calls share one refresh', async () => {
      const page = await shown(JSON.stringify(fresh()), {
        [me!]: [json(ada)],
        [change!]: [json(ada)],
        [refresh!]: [json(fresh())],
      });
      await state(page, 'true true');
      await page.evaluate(
        async ([key, text, calls]) => {
          localStorage.setItem(key, text);
          await Promise.all(Array.from({ length: calls }, () => hooks.user.update({})));
        },
        [default_key as string, JSON.stringify(over()), parallel.calls as number] as const,
      );
      const all = await calls(page);
      expect(all.filter((call) => call === refresh).length).toBe(parallel.refreshes);
      expect(all.filter((call) => call === change).length).toBe(parallel.calls);
    });
  });

  describe('storage.json', () => {
    test('as it is written', async () => {
      const { context, page } = await opened(({ clock }) => clock.setFixedTime(written.received_at_ms));
      const answers = { [login!]: [json({ mfa_required: false, user: ada, tokens: written.tokens })] };
      await page.evaluate((answers) => mount(answers), answers);
      await signIn(page, email);
      await state(page, 'true true');
      expect(await kept(page)).toBe(written.text);
      await context.close();
    });

    for (const one of read) {
      test(`read: ${one.name}`, async () => {
        const page = await shown(one.text, { [me!]: [json(ada)], [refresh!]: [json(fresh())] });
        await state(page, `true ${one.signed_in}`);
        expect(await page.getByLabel('Password').count()).toBe(one.signed_in ? 0 : 1);
        expect(await page.getByTestId('inside').count()).toBe(one.signed_in ? 1 : 0);
      });
    }
  });
});
