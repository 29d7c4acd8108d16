// Writes sdks/vectors/tokens.json anew, with new keys: access tokens that a server believes, and those it does not.
import { webcrypto as crypto } from 'node:crypto';
import { writeFile } from 'node:fs/promises';

const encode = (value) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const kinds = {
  RS256: {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
  },
  ES256: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  EdDSA: { name: 'Ed25519' },
};
const keys = {};
for (const [alg, kind] of Object.entries(kinds)) {
  const pair = await crypto.subtle.generateKey(kind, true, ['sign', 'verify']);
  const { key_ops, ext, ...jwk } = await crypto.subtle.exportKey('jwk', pair.publicKey);
  keys[alg] = { private: pair.privateKey, jwk: { ...jwk, kid: `key-${alg}`, use: 'sig', alg } };
}
const now = 1_768_127_400;
const good = {
  iss: 'https://auth.example.com',
  aud: 'janua',
  sub: '01a22403-a293-79c4-8dff-59b43e2646d8',
  sid: '01a22403-a612-788d-852c-8da03f28af29',
  jti: '01a22403-a614-7ca1-8124-8ba6742768d5',
  iat: now - 60,
  exp: now + 840,
  amr: ['pwd'],
  auth_time: now - 60,
};

async function token({ alg = 'RS256', by = alg, header = {}, claims = {}, tamper } = {}) {
  const head = encode({ alg, kid: `key-${by}`, typ: 'at+jwt', ...header });
  const body = encode({ ...good, ...claims });
  const signature = await crypto.subtle.sign(kinds[by], keys[by].private, Buffer.from(`${head}.${body}`));
  const text = `${head}.${body}.${Buffer.from(signature).toString('base64url')}`;
  return tamper ? tamper(text) : text;
}

const accepted = (name, made) => ({ name, accepted: true, ...made });
const refused = (name, code, made) => ({ name, accepted: false, code, ...made });
const cases = [];
for (const alg of Object.keys(kinds))
  cases.push(accepted(`signed with ${alg}`, { token: await token({ alg }) }));
cases.push(
  accepted('expired within the leeway', { token: await token({ claims: { exp: now - 29 } }) }),
  accepted('one of several audiences', { token: await token({ claims: { aud: ['other', 'janua'] } }) }),
  accepted('issued a moment ahead of our clock', { token: await token({ claims: { iat: now + 20 } }) }),
  refused('expired', 'TOKEN_EXPIRED', { token: await token({ claims: { exp: now - 31 } }) }),
  refused('without an end', 'TOKEN_INVALID', { token: await token({ claims: { exp: undefined } }) }),
  refused('not valid yet', 'TOKEN_INVALID', { token: await token({ claims: { nbf: now + 31 } }) }),
  refused('another issuer', 'TOKEN_INVALID', {
    token: await token({ claims: { iss: 'https://evil.example.com' } }),
  }),
  refused('another audience', 'TOKEN_INVALID', { token: await token({ claims: { aud: 'other' } }) }),
  refused('without a subject', 'TOKEN_INVALID', { token: await token({ claims: { sub: undefined } }) }),
  refused('an ID token', 'TOKEN_INVALID', { token: await token({ header: { typ: 'JWT' } }) }),
  refused('no signature wanted', 'TOKEN_INVALID', { token: await token({ header: { alg: 'none' } }) }),
  refused('a public key taken for a secret', 'TOKEN_INVALID', {
    token: await token({ header: { alg: 'HS256' } }),
  }),
  refused('the method of another key', 'TOKEN_INVALID', {
    token: await token({ alg: 'ES256', header: { kid: 'key-RS256' } }),
  }),
  refused('a method that is not allowed here', 'TOKEN_INVALID', {
    token: await token({ alg: 'ES256' }),
    algorithms: ['RS256'],
  }),
  refused('a key that nobody knows', 'TOKEN_INVALID', { token: await token({ header: { kid: 'unknown' } }) }),
  refused('claims that were changed', 'TOKEN_INVALID', {
    token: await token({
      tamper: (text) => text.replace(/\.[^.]+\./, `.${encode({ ...good, sub: 'admin' })}.`),
    }),
  }),
  refused('a critical extension that nobody knows', 'TOKEN_INVALID', {
    token: await token({ header: { crit: ['b64'], b64: false } }),
  }),
  refused('no token', 'TOKEN_INVALID', { token: 'nonsense' }),
  refused('nothing', 'TOKEN_INVALID', { token: '' }),
);
const table = {
  now,
  leeway: 30,
  issuer: good.iss,
  audience: good.aud,
  jwks: { keys: Object.values(keys).map(({ jwk }) => jwk) },
  cases,
};
await writeFile(new URL('../../vectors/tokens.json', import.meta.url), `${JSON.stringify(table, null, 2)}\n`);
