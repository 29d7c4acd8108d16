// Packs the library, installs it into an empty project, and looks at it as its users will: sizes, types, both kinds of modules.
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
  const packed = JSON.parse(run(root, 'npm', 'pack', '--json', '--pack-destination', work));
  const [{ filename, size, unpackedSize, entryCount }] = Object.values(packed);
  const tarball = join(work, filename);
  run(root, bin('publint'), '--strict', tarball);
  run(root, bin('attw'), tarball);

  const consumer = join(work, 'project');
  await mkdir(consumer);
  await writeFile(join(consumer, 'package.json'), '{ "private": true }');
  run(consumer, 'npm', 'install', '--offline', '--no-audit', '--no-fund', tarball);
  const name = "'@janua/typescript-sdk'";
  const use = "if (new JanuaClient({ baseUrl: 'http://localhost' }).auth === undefined) process.exit(1);";
  await writeFile(join(consumer, 'a.mjs'), `import { JanuaClient } from ${name};\n${use}`);
  await writeFile(join(consumer, 'b.cjs'), `const { JanuaClient } = require(${name});\n${use}`);
  run(consumer, 'node', 'a.mjs');
  run(consumer, 'node', 'b.cjs');

  await writeFile(join(consumer, 'app.ts'), await readFile(join(root, 'tests/consumer.ts'), 'utf8'));
  const page = await readFile(join(root, '../../docs/sdks/typescript.md'), 'utf8');
  const files = ['app.ts'];
  for (const [, code] of page.matchAll(/^```ts[^\n]*\n([\s\S]*?)^```/gm)) {
    files.push(`snippet_${files.length}.ts`);
    await writeFile(join(consumer, files.at(-1)), code);
  }
  await writeFile(join(consumer, 'package.json'), '{ "private": true, "type": "module" }');
  for (const [module, moduleResolution] of [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ]) {
    const compilerOptions = {
      strict: true,
      noEmit: true,
      target: 'es2022',
      lib: ['es2022', 'dom'],
      types: [],
      module,
      moduleResolution,
    };
    await writeFile(join(consumer, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
    run(consumer, bin('tsc'), '-p', '.');
  }

  const bundled = async (what) => {
    checks += 1;
    const { outputFiles } = await build({
      stdin: { contents: `export { ${what} } from ${name};`, resolveDir: consumer },
      bundle: true,
      minify: true,
      format: 'esm',
      target: 'es2022',
      write: false,
      logLevel: 'error',
    });
    return gzipSync(outputFiles[0].contents, { level: 9 }).length;
  };
  const kB = (bytes) => `${(bytes / 1024).toFixed(1)} kB`;
  console.log(`package: ${kB(size)} packed, ${kB(unpackedSize)} unpacked, ${entryCount} files`);
  for (const [what, limit] of JSON.parse(await readFile(join(root, 'scripts/sizes.json'), 'utf8'))) {
    const bytes = await bundled(what);
    console.log(`import { ${what} }: ${kB(bytes)} gzipped`);
    if (bytes > limit * 1024) throw new Error(`${what} is larger than ${limit} kB`);
  }
} finally {
  await rm(work, { recursive: true, force: true });
}
console.log(`package checks: ${checks} passed`);
