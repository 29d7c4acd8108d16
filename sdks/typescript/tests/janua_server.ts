import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const admin = { email: 'ada@example.com', password: 'orbit-velvet-canyon-73' };

/** A real server with a store of its own. */
export interface RunningServer {
  url: string;
  /** Gives an order to the same program at the command line, and what it prints. */
  order(...words: string[]): string;
  stop(): Promise<void>;
}

/** A port that nobody has; from below those that outgoing connections take, so that none does before it is used. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 11_000 + Math.floor(Math.random() * 21_000);
    const free = await new Promise<boolean>((done) => {
      const server = createServer();
      server.once('error', () => done(false));
      server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
    });
    if (free) return port;
  }
}

/** Starts the program that the variable JANUA names, and waits until it answers. */
export async function startServer(settings: Record<string, string> = {}): Promise<RunningServer> {
  const program = resolve(process.env.JANUA ?? '../../target/debug/janua');
  const folder = await mkdtemp(join(tmpdir(), 'janua-sdk-'));
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const env = {
    PATH: process.env.PATH,
    PORT: String(port),
    APP_BASE_URL: url,
    JANUA_DATA_DIR: join(folder, 'data'),
    LOG_LEVEL: 'warn',
    RATE_LIMIT_ENABLED: 'false',
    ADMIN_BOOTSTRAP_EMAIL: admin.email,
    ADMIN_BOOTSTRAP_PASSWORD: admin.password,
    ...settings,
  };
  const server = spawn(program, ['serve'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], env });
  let log = '';
  for (const output of [server.stdout, server.stderr]) output?.on('data', (data) => (log += data));
  await answering(`${url}/ready`, server, () => log);
  return {
    url,
    order: (...words) => execFileSync(program, words, { cwd: folder, env, encoding: 'utf8' }),
    async stop() {
      const ended = new Promise((done) => server.once('exit', done));
      if (server.kill()) await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function answering(url: string, server: ChildProcess, log: () => string): Promise<void> {
  const deadline = Date.now() + 120_000;
  let failure: Error | null = null;
  server.once('error', (error) => (failure = error));
  while (Date.now() < deadline && server.exitCode === null && !failure) {
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`The server does not start: ${failure ?? log()}`);
}
