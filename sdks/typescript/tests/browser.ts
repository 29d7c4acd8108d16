import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { resolve } from 'node:path';
import { build } from 'esbuild';
import type { BrowserContext, Page } from 'playwright-core';
import type { JanuaClient, JanuaConfig } from '../src/index.js';
import { patient, startChromium } from './chromium.js';
import { freePort, type RunningServer, startServer } from './janua_server.js';

declare global {
  // What the page of the tests has in its window.
  var sdk: typeof import('../src/index.js');
  var client: JanuaClient;
  var seen: { event: string; code?: string; email?: string }[];
}

/** A real browser, a page of an application on an origin of its own, and a server that lists that origin. */
export interface Stage {
  app: string;
  server: RunningServer;
  context(): Promise<BrowserContext>;
  stop(): Promise<void>;
}

export async function stage(settings: Record<string, string> = {}): Promise<Stage> {
  const port = await freePort();
  const app = `http://localhost:${port}`;
  const server = await startServer({
    CORS_ORIGINS: app,
    WEBAUTHN_RP_ORIGIN: app,
    REQUIRE_EMAIL_VERIFICATION: 'false',
    // Nobody is spared by being quick: only one refresh at a time, or the device's cookie, keeps a session.
    REFRESH_TOKEN_REUSE_SECONDS: '0',
    ...settings,
  });
  const { outputFiles } = await build({
    entryPoints: ['src/index.ts'],
    bundle: true,
    format: 'iife',
    globalName: 'sdk',
    write: false,
  });
  const script = outputFiles[0]!.text;
  const pages = createServer((request, response) => {
    const isScript = request.url === '/sdk.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? script : '<!doctype html><title>App</title><script src="/sdk.js"></script>');
  });
  await new Promise<void>((done) => pages.listen(port, 'localhost', done));
  const browser = await startChromium();
  return {
    app,
    server,
    context: async () => patient(await browser.newContext()),
    async stop() {
      await browser.close();
      pages.close();
      await server.stop();
    },
  };
}

/** A tab with a client in it, which writes down what it hears. */
export async function tab(
  context: BrowserContext,
  { app, server }: Stage,
  config: JanuaConfig = {},
): Promise<Page> {
  const page = await context.newPage();
  await page.goto(app);
  await startClient(page, { baseUrl: server.url, ...config });
  return page;
}

export async function startClient(page: Page, config: JanuaConfig): Promise<void> {
  await page.evaluate((given) => {
    globalThis.seen = [];
    globalThis.client = new sdk.JanuaClient(given);
    for (const event of [
      'auth:signedIn',
      'auth:signedOut',
      'auth:refreshed',
      'auth:expired',
      'error',
    ] as const) {
      client.on(event, (payload) => {
        const { error, user } = payload as { error?: { code: string }; user?: { email: string } };
        seen.push({ event, code: error?.code, email: user?.email });
      });
    }
  }, config);
}

/** Waits until a tab has heard of something. */
export async function heard(page: Page, event: string, code?: string): Promise<void> {
  await page.waitForFunction(
    ([event, code]) => seen.some((one) => one.event === event && (!code || one.code === code)),
    [event, code] as const,
  );
}

/** Every refresh that the tabs of a context send. */
export function refreshesOf(context: BrowserContext): string[] {
  const sent: string[] = [];
  context.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/auth/refresh'))
      sent.push(request.postData() ?? '');
  });
  return sent;
}

export const guide = (name: string) => readFile(resolve('tests/guide', name), 'utf8');
