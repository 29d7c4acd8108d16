import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

/** An example of the repository, started by its one command. */
export interface RunningExample {
  url: string;
  stop(): Promise<void>;
}

/** Starts `examples/<name>/run` and waits until it answers; the first time that installs what it needs. */
export async function startExample(
  name: string,
  port: number,
  { words = [], env = {} }: { words?: string[]; env?: Record<string, string> } = {},
): Promise<RunningExample> {
  const url = `http://localhost:${port}`;
  const { PATH, HOME } = process.env;
  const example = spawn(resolve(`../../examples/${name}/run`), words, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH, HOME, PORT: String(port), ...env },
  });
  let log = '';
  for (const output of [example.stdout, example.stderr]) output.on('data', (data) => (log += data));
  const ended = new Promise<void>((done) => example.once('exit', () => done()));
  const deadline = Date.now() + 840_000;
  while (!(await fetch(url).catch(() => null))?.ok) {
    if (Date.now() > deadline || example.exitCode !== null) {
      example.kill();
      throw new Error(`examples/${name} does not start: ${log}`);
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  return {
    url,
    async stop() {
      example.kill();
      await ended;
    },
  };
}
