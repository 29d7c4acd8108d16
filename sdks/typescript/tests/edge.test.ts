import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Asked } from './edge_worker.js';
import { freePort } from './janua_server.js';
import { password, signedUp } from './people.js';

let folder: string;
let runtime: ChildProcess;
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'janua-edge-'));
  await build({
    entryPoints: ['tests/edge_worker.ts'],
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    outfile: join(folder, 'worker.js'),
  });
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  // Without the flag nodejs_compat: nothing of Node is there.
  await writeFile(
    join(folder, 'config.capnp'),
    `using Workerd = import "/workerd/workerd.capnp";
    const config :Workerd.Config = (
      services = [
        (name = "main", worker = (
          modules = [(name = "worker", esModule = embed "worker.js")],
          compatibilityDate = "2026-01-01",
          globalOutbound = "network",
        )),
        (name = "network", network = (allow = ["private", "public"])),
      ],
      sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
    );`,
  );
  const program = createRequire(import.meta.url).resolve('workerd/bin/workerd');
  runtime = spawn(program, ['serve', join(folder, 'config.capnp')]);
  let log = '';
  runtime.stderr?.on('data', (data) => (log += data));
  for (const deadline = Date.now() + 120_000; ; ) {
    if (await fetch(url, { method: 'POST' }).catch(() => null)) break;
    if (runtime.exitCode !== null || Date.now() > deadline) throw new Error(`workerd does not start: ${log}`);
    await new Promise((done) => setTimeout(done, 50));
  }
});

afterAll(async () => {
  const ended = new Promise((done) => runtime?.once('exit', done));
  if (runtime?.kill()) await ended;
  await rm(folder, { recursive: true, force: true });
});

test('on an edge runtime (workerd) it signs in, refreshes, lists, believes tokens and webhooks, and tells of failures', async () => {
  const ada = await signedUp();
  const { cases } = JSON.parse(await readFile('../vectors/webhooks.json', 'utf8'));
  const { body, timestamp, signature, secret, now } = cases[0];
  const headers = { 'x-janua-timestamp': timestamp, 'x-janua-signature': signature };
  const asked: Asked = {
    baseUrl: inject('janua'),
    email: ada.email,
    password,
    delivery: { body, headers, secret, now },
  };
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(asked) });
  expect([response.status, await response.json()]).toEqual([
    200,
    {
      refused: 'INVALID_CREDENTIALS',
      forged: 'TOKEN_INVALID',
      caller: ada.email,
      isCaller: true,
      sessions: 2,
      away: 'NETWORK_ERROR',
      event: 'user.created',
      changed: 'WEBHOOK_SIGNATURE_INVALID',
      after: 'NOT_AUTHENTICATED',
      events: ['signedIn', 'refreshed'],
    },
  ]);
});
