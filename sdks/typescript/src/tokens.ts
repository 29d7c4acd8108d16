import type { TokensBody } from './generated/openapi.js';

/** Tokens as they are kept: with the distance between the two clocks when they arrived. */
export interface KeptTokens extends TokensBody {
  clock_offset_ms: number;
}

/** When a token is to be replaced and when it no longer counts, in milliseconds by this machine's clock. */
export interface Lifetime {
  dueAt: number;
  expiresAt: number;
}

/** The claims of an access token, not verified: good for times, not for trust. */
export function readClaims(token: string): Record<string, unknown> | null {
  try {
    const part = token.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/');
    const bytes = Uint8Array.from(atob(part), (character) => character.charCodeAt(0));
    const claims = JSON.parse(new TextDecoder().decode(bytes));
    return claims !== null && typeof claims === 'object' ? claims : null;
  } catch {
    return null;
  }
}

/** Tokens that arrived just now, ready to be kept. */
export function kept(tokens: TokensBody, receivedAt: number): KeptTokens {
  const { access_token, refresh_token, token_type, expires_in } = tokens;
  const issued = readClaims(access_token)?.iat;
  // `iat` is the server's clock at this moment; one that is off by minutes is then off for both sides alike.
  const clock_offset_ms = typeof issued === 'number' ? issued * 1000 - receivedAt : 0;
  return { access_token, refresh_token, token_type, expires_in, clock_offset_ms };
}

/** What was kept, or null if it is not readable. */
export function parseKept(text: string | null | undefined): KeptTokens | null {
  try {
    const value = JSON.parse(text || 'null');
    if (typeof value?.access_token !== 'string' || typeof value.refresh_token !== 'string') return null;
    return { ...value, clock_offset_ms: Number(value.clock_offset_ms) || 0 };
  } catch {
    return null;
  }
}

/** When the kept access token is due and when it is over. */
export function lifetime(tokens: KeptTokens, thresholdSeconds: number): Lifetime {
  const { iat, exp } = readClaims(tokens.access_token) ?? {};
  // A token that cannot be read counts as over: the refresh brings one that can.
  if (typeof exp !== 'number') return { dueAt: 0, expiresAt: 0 };
  const life = typeof iat === 'number' ? exp - iat : tokens.expires_in;
  const expiresAt = exp * 1000 - tokens.clock_offset_ms;
  return { dueAt: expiresAt - Math.min(thresholdSeconds, life / 2) * 1000, expiresAt };
}
