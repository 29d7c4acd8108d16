// Packs the library, installs it into an empty project beside React and @janua/typescript-sdk, and looks at it as its users will.
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
let checks = 0;
const run = (cwd, program, ...words) => {
  checks += 1;
  try {
    return execFileSync(program, words, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    throw new Error(`${program} ${words.join(' ')} failed:\n${error.stdout}${error.stderr}`);
  }
};
const bin = (name) => join(root, 'node_modules/.bin', name);

await mkdir(join(root, 'node_modules/.work'), { recursive: true });
const work = await mkdtemp(join(root, 'node_modules/.work/consumer-'));
try {
  const pack = (folder) => {
    const [{ filename, size }] = Object.values(
      JSON.parse(run(folder, 'npm', 'pack', '--json', '--pack-destination', work)),
    );
    return { file: join(work, filename), size };
  };
  const core = pack(join(root, '../typescript'));
  const own = pack(root);
  run(root, bin('publint'), '--strict', own.file);
  run(root, bin('attw'), own.file, '--exclude-entrypoints', './styles.css');

  const consumer = join(work, 'project');
  await mkdir(consumer);
  await writeFile(join(consumer, 'package.json'), '{ "private": true }');
  const packages = ['react@19', 'react-dom@19', '@types/react@19', '@types/react-dom@19'];
  run(
    consumer,
    'npm',
    'install',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    core.file,
    own.file,
    ...packages,
  );
  await writeFile(
    join(consumer, 'a.mjs'),
    "import { useAuth } from '@janua/react-sdk';\nif (!useAuth) process.exit(1);",
  );
  await writeFile(join(consumer, 'b.cjs'), "if (!require('@janua/react-sdk').useAuth) process.exit(1);");
  run(consumer, 'node', 'a.mjs');
  run(consumer, 'node', 'b.cjs');

  const page = await readFile(join(root, '../../docs/sdks/react.md'), 'utf8');
  const files = [];
  for (const [, code] of page.matchAll(/^```tsx\n([\s\S]*?)^```/gm)) {
    files.push(`snippet_${files.length}.tsx`);
    await writeFile(join(consumer, files.at(-1)), code);
  }
  await writeFile(join(consumer, 'css.d.ts'), "declare module '*.css';");
  for (const [module, moduleResolution] of [
    ['esnext', 'bundler'],
    ['preserve', 'bundler'],
  ]) {
    const lib = ['es2022', 'dom'];
    const compilerOptions = {
      strict: true,
      noEmit: true,
      target: 'es2022',
      jsx: 'react-jsx',
      lib,
      module,
      moduleResolution,
    };
    await writeFile(
      join(consumer, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, files: ['css.d.ts', ...files] }),
    );
    run(consumer, bin('tsc'), '-p', '.');
  }

  const { outputFiles } = await build({
    stdin: { contents: "export * from '@janua/react-sdk';", resolveDir: consumer },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    logLevel: 'error',
    external: ['react', 'react/jsx-runtime', '@janua/typescript-sdk'],
  });
  const kB = (bytes) => `${(bytes / 1024).toFixed(1)} kB`;
  console.log(
    `package: ${kB(own.size)} packed; everything in it, without React and the client: ${kB(gzipSync(outputFiles[0].contents).length)} gzipped`,
  );
} finally {
  await rm(work, { recursive: true, force: true });
}
console.log(`package checks: ${checks} passed`);
