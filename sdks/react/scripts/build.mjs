// Builds dist/: the same files as ES modules and as CommonJS, each with its types, and the styles.
import { execFileSync } from 'node:child_process';
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
await rm('dist', { recursive: true, force: true });
const options = {
  entryPoints: ['src/index.ts'],
  bundle: true,
  platform: 'neutral',
  target: 'es2022',
  jsx: 'automatic',
  external: ['react', 'react/jsx-runtime', '@janua/typescript-sdk'],
  sourcemap: true,
  // Frameworks that render on servers leave these files to the browser.
  banner: { js: "'use client';" },
};
await build({ ...options, format: 'esm', outfile: 'dist/esm/index.js' });
await build({ ...options, format: 'cjs', outfile: 'dist/cjs/index.js' });
execFileSync('node_modules/.bin/tsc', ['-p', 'tsconfig.build.json'], { stdio: 'inherit' });
for (const file of await readdir('dist/esm', { recursive: true })) {
  if (!file.endsWith('.d.ts')) continue;
  await mkdir(`dist/cjs/${file}`.replace(/\/[^/]+$/, ''), { recursive: true });
  await cp(`dist/esm/${file}`, `dist/cjs/${file}`);
}
await build({ entryPoints: ['src/styles/index.css'], bundle: true, outfile: 'dist/styles.css' });
await writeFile('dist/cjs/package.json', '{ "type": "commonjs" }\n');
