import { readFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { shows } from './people.js';
import { type Stage, stage } from './stage.js';

let here: Stage;
beforeAll(async () => {
  here = await stage(19);
});
afterAll(() => here?.stop());

test('the snippet of the guide runs unchanged: the provider at the root', async () => {
  const snippet = await readFile('tests/guide/provider_at_root.tsx', 'utf8');
  expect(snippet).toContain('<JanuaProvider config={config}>');
  // What stands around it there: an application with a router, and one that forgot the provider.
  const contents = `
    import { createRoot } from 'react-dom/client';
    import { JanuaProvider, useAuth } from './src/index.js';
    const config = { baseUrl: '${here.server.url}' };
    const Router = ({ children }) => children;
    function YourApp() {
      const { isLoaded, isSignedIn } = useAuth();
      return <p data-testid="who">{isLoaded ? String(isSignedIn) : 'unknown'}</p>;
    }
    ${snippet}
    globalThis.withProvider = () => createRoot(document.getElementById('root')).render(<App />);
    globalThis.without = () => new Promise((told) => {
      createRoot(document.getElementById('root'), { onUncaughtError: (error) => told(error.message) }).render(<YourApp />);
    });`;
  const { outputFiles } = await build({
    stdin: { contents, loader: 'tsx', resolveDir: '.' },
    bundle: true,
    format: 'iife',
    jsx: 'automatic',
    write: false,
  });
  const context = await here.context();
  const page = await context.newPage();
  await page.goto(here.app);
  await page.addScriptTag({ content: outputFiles[0]!.text });
  expect(await page.evaluate('without()')).toMatch(/^useAuth\(\) was used outside of <JanuaProvider>/);
  await page.evaluate('withProvider()');
  await shows(page, 'who', 'false');
  await context.close();
});
