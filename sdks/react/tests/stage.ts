import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { build } from 'esbuild';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { patient, startChromium } from '../../typescript/tests/chromium.js';
import { freePort, type RunningServer, startServer } from '../../typescript/tests/janua_server.js';

const require = createRequire(import.meta.url);

/** A browser, an application with that version of React, and a server that lists its origin. */
export interface Stage {
  app: string;
  server: RunningServer;
  context(options?: Parameters<Browser['newContext']>[0]): Promise<BrowserContext>;
  open(context: BrowserContext, localization?: 'en' | 'es', hash?: string): Promise<Page>;
  stop(): Promise<void>;
}

/** A script of the tests with that version of React, for a page. */
export async function scriptOf(entry: string, react: 18 | 19): Promise<string> {
  const folder = (name: string) => dirname(require.resolve(`${name}/package.json`));
  const alias = react === 18 ? { react: folder('react-18'), 'react-dom': folder('react-dom-18') } : undefined;
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    format: 'iife',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"development"' },
    write: false,
    alias,
  });
  return outputFiles[0]!.text;
}

export async function stage(react: 18 | 19, settings: Record<string, string> = {}): Promise<Stage> {
  const port = await freePort();
  const app = `http://localhost:${port}`;
  const server = await startServer({
    CORS_ORIGINS: app,
    WEBAUTHN_RP_ORIGIN: app,
    REQUIRE_EMAIL_VERIFICATION: 'false',
    ...settings,
  });
  const styles = await build({ entryPoints: ['src/styles/index.css'], bundle: true, write: false });
  const files: Record<string, [string, string]> = {
    '/app.js': ['text/javascript', await scriptOf('tests/app.tsx', react)],
    '/styles.css': ['text/css', styles.outputFiles[0]!.text],
  };
  const page =
    '<!doctype html><html lang="en"><title>App</title><meta name="color-scheme" content="light dark">' +
    '<link rel="stylesheet" href="/styles.css"><div id="root"></div><script src="/app.js"></script></html>';
  const pages = createServer((request, response) => {
    const [type, text] = files[request.url!] ?? ['text/html', page];
    response.setHeader('content-type', type).end(text);
  });
  await new Promise<void>((done) => pages.listen(port, 'localhost', done));
  const browser = await startChromium();
  return {
    app,
    server,
    context: async (options) => patient(await browser.newContext(options)),
    async open(context, localization, hash = '') {
      const opened = await context.newPage();
      await opened.goto(app + hash);
      await opened.evaluate(([baseUrl, localization]) => start({ baseUrl }, localization), [
        server.url,
        localization,
      ] as const);
      return opened;
    },
    async stop() {
      await browser.close();
      pages.close();
      await server.stop();
    },
  };
}
