import { NetworkError, TokenError, UnexpectedResponseError } from './errors.js';

/** What a verified access token says. */
export interface AccessTokenClaims {
  iss: string;
  aud: string | string[];
  /** The user. */
  sub: string;
  /** The session. */
  sid: string;
  jti: string;
  iat: number;
  exp: number;
  /** How they signed in. */
  amr?: string[];
  auth_time?: number;
  scope?: string;
  /** The organization that the session acts in. */
  org?: string;
  roles?: string[];
  [claim: string]: unknown;
}

/** What a token must fulfil. */
export interface VerifyTokenOptions {
  /** Who must have issued it: `APP_BASE_URL` of the server, unless it sets `JWT_ISSUER`. */
  issuer: string;
  /** Whom it must be for; `janua` unless given. */
  audience?: string;
  /** Where the keys are; `/.well-known/jwks.json` of the issuer unless given. */
  jwksUrl?: string;
  /** The keys themselves, instead of an address. */
  jwks?: { keys: JsonWebKey[] };
  /** The methods that may sign; RS256, ES256 and EdDSA unless given. */
  algorithms?: string[];
  /** Seconds by which clocks may differ; 30 unless given. */
  leeway?: number;
  /** The time in seconds, for tests. */
  now?: number;
  /** What asks for the keys; the runtime's own `fetch` unless given. */
  fetch?: typeof fetch;
}

type Key = JsonWebKey & { kid?: string; use?: string };

const methods: Record<
  string,
  { key: RsaHashedImportParams | EcKeyImportParams | Algorithm; verify: Algorithm | EcdsaParams }
> = {
  RS256: { key: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, verify: { name: 'RSASSA-PKCS1-v1_5' } },
  ES256: { key: { name: 'ECDSA', namedCurve: 'P-256' }, verify: { name: 'ECDSA', hash: 'SHA-256' } },
  EdDSA: { key: { name: 'Ed25519' }, verify: { name: 'Ed25519' } },
};
const keyTypes: Record<string, string> = { RS256: 'RSA', ES256: 'EC', EdDSA: 'OKP' };

/** Seconds for which keys are kept, as the server says of them. */
const KEEP_SECONDS = 300;
/** Seconds between two questions for a key that nobody knows: tokens with invented names must not become a flood. */
const PAUSE_SECONDS = 10;

/** Seconds for which keys count on while the server cannot be asked. */
const OUTLAST_SECONDS = 3600;

interface KeySet {
  keys: Promise<Key[]>;
  fetchedAt: number;
  askAgainAt: number;
  /** When a key that nobody knows may lead to a question again. */
  unknownAgainAt: number;
}
const keySets = new Map<string, KeySet>();

/**
 * The claims of an access token that a Janua server has signed, or a TokenError: `TOKEN_EXPIRED` or `TOKEN_INVALID`.
 *
 * The session may have ended a moment ago; where minutes matter, ask `auth.session()`.
 */
export async function verifyToken(token: string, options: VerifyTokenOptions): Promise<AccessTokenClaims> {
  const {
    issuer,
    audience = 'janua',
    leeway = 30,
    algorithms = Object.keys(methods),
    now = Date.now() / 1000,
  } = options;
  if (!issuer) throw new TypeError('verifyToken needs the issuer: the APP_BASE_URL of your server');
  const parts = typeof token === 'string' ? token.split('.') : [];
  const [head, payload, signature] = parts as [string, string, string];
  if (parts.length !== 3) throw invalid('it is not a JSON Web Token');
  const header = decode(head);
  const alg = String(header.alg);
  // The method is ours to choose, never the token's: see RFC 8725, 3.1.
  if (!algorithms.includes(alg) || !Object.hasOwn(methods, alg)) throw invalid(`${alg} may not sign here`);
  if (
    String(header.typ)
      .toLowerCase()
      .replace(/^application\//, '') !== 'at+jwt'
  )
    throw invalid('it is not an access token');
  if (header.crit !== undefined) throw invalid('it has extensions that are not known here');

  const key = await findKey(options, header.kid, alg);
  const { verify } = methods[alg]!;
  const signed = new TextEncoder().encode(`${head}.${payload}`);
  if (!(await crypto.subtle.verify(verify, key, bytes(signature), signed)))
    throw invalid('its signature is wrong');

  const claims = decode(payload) as AccessTokenClaims;
  if (claims.iss !== issuer) throw invalid(`it was issued by ${claims.iss}`);
  if (![claims.aud].flat().includes(audience)) throw invalid(`it is for ${claims.aud}`);
  if (typeof claims.exp !== 'number' || typeof claims.sub !== 'string') throw invalid('it lacks exp or sub');
  if (typeof claims.nbf === 'number' && claims.nbf > now + leeway) throw invalid('it is not valid yet');
  if (claims.exp <= now - leeway) {
    throw new TokenError('Token expired', { code: 'TOKEN_EXPIRED', help: 'Refresh it and try again.' });
  }
  return claims;
}

async function findKey(options: VerifyTokenOptions, kid: unknown, alg: string): Promise<CryptoKey> {
  const fits = (key: Key) =>
    key.kid === kid && key.kty === keyTypes[alg] && (!key.alg || key.alg === alg) && key.use !== 'enc';
  let key = (options.jwks?.keys as Key[] | undefined)?.find(fits);
  if (!options.jwks) {
    key = (await keysOf(options, false)).find(fits);
    // It may have been made after we asked.
    key ??= (await keysOf(options, true)).find(fits);
  }
  if (!key) throw invalid('nobody knows its key');
  const { kty, n, e, crv, x, y } = key;
  return crypto.subtle.importKey('jwk', { kty, n, e, crv, x, y }, methods[alg]!.key, false, ['verify']);
}

function keysOf(options: VerifyTokenOptions, unknownKid: boolean): Promise<Key[]> {
  const url = options.jwksUrl ?? `${options.issuer.replace(/\/+$/, '')}/.well-known/jwks.json`;
  const before = keySets.get(url);
  const now = Date.now() / 1000;
  if (before && now < (unknownKid ? before.unknownAgainAt : before.askAgainAt)) return before.keys;
  const unknownAgainAt = unknownKid ? now + PAUSE_SECONDS : (before?.unknownAgainAt ?? 0);
  const keys = fetchKeys(url, options.fetch ?? globalThis.fetch).catch((error) => {
    if (!before || now > before.fetchedAt + OUTLAST_SECONDS) {
      keySets.delete(url);
      throw error;
    }
    keySets.set(url, { ...before, askAgainAt: now + PAUSE_SECONDS, unknownAgainAt });
    return before.keys;
  });
  keySets.set(url, { keys, fetchedAt: now, askAgainAt: now + KEEP_SECONDS, unknownAgainAt });
  return keys;
}

async function fetchKeys(url: string, send: typeof fetch): Promise<Key[]> {
  let response: Response;
  try {
    response = await send(url, { signal: AbortSignal.timeout(10_000) });
  } catch (cause) {
    throw new NetworkError(`${url} could not be reached`, { code: 'NETWORK_ERROR', cause });
  }
  const body = await response.json().catch(() => null);
  if (response.ok && Array.isArray(body?.keys)) return body.keys;
  throw new UnexpectedResponseError(`${url} answered ${response.status} without keys`, {
    code: 'UNEXPECTED_RESPONSE',
    status: response.status,
  });
}

function invalid(why: string): TokenError {
  return new TokenError(`Token invalid: ${why}`, {
    code: 'TOKEN_INVALID',
    help: 'Check that issuer, audience and algorithm belong to your server.',
  });
}

function bytes(base64url: string): Uint8Array<ArrayBuffer> {
  try {
    const binary = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
    return Uint8Array.from(binary, (one) => one.charCodeAt(0));
  } catch {
    throw invalid('it is not base64url');
  }
}

function decode(part: string): Record<string, unknown> {
  try {
    const value = JSON.parse(new TextDecoder().decode(bytes(part)));
    if (value && typeof value === 'object') return value;
  } catch {}
  throw invalid('it is not JSON');
}
