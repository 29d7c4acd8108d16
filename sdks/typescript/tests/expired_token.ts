import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KeptTokens } from '../src/tokens.js';

/** A key that a server signs with and a test holds, too: it makes tokens of the past that are Janua's in all else. */
export async function sharedKey() {
  const folder = await mkdtemp(join(tmpdir(), 'janua-key-'));
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const [secret, open] = [join(folder, 'private.pem'), join(folder, 'public.pem')];
  await writeFile(secret, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  await writeFile(open, publicKey.export({ type: 'spki', format: 'pem' }));
  return {
    settings: { JWT_PRIVATE_KEY_PATH: secret, JWT_PUBLIC_KEY_PATH: open },
    /** The same tokens, issued two hours ago: the access token is over for good. */
    aged: (tokens: KeptTokens): KeptTokens => ({
      ...tokens,
      access_token: earlier(tokens.access_token, privateKey, 7_200),
    }),
    forget: () => rm(folder, { recursive: true, force: true }),
  };
}

function earlier(token: string, key: KeyObject, seconds: number): string {
  const [head, payload] = token.split('.') as [string, string];
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  for (const time of ['iat', 'exp', 'nbf', 'auth_time']) {
    if (typeof claims[time] === 'number') claims[time] -= seconds;
  }
  const signed = `${head}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(key).toString('base64url')}`;
}
