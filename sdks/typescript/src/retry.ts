import { retryAfterSeconds } from './errors.js';

const BASE_DELAY_MS = 500;
const MAX_DELAY_MS = 8_000;
/** Seconds beyond which nobody wants to wait inside a call. */
const MAX_RETRY_AFTER = 30;

/** A repetition of these acts no more than once. */
const repeatable = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/**
 * How many milliseconds to wait before the next try, or null if there should be none. `attempt` counts from 0.
 *
 * 429 and 503 were not acted upon; behind a 502 something may have been. A refresh gives the same tokens when repeated.
 */
export function retryDelay(
  request: { method: string; path: string },
  response: { status: number; headers: Headers },
  attempt: number,
  random: () => number = Math.random,
): number | null {
  const { status } = response;
  if (status !== 429 && status !== 503 && status !== 502) return null;
  if (status === 502 && !repeatable.has(request.method) && request.path !== '/api/v1/auth/refresh')
    return null;
  const told = retryAfterSeconds(response.headers.get('retry-after'));
  if (told !== null) return told > MAX_RETRY_AFTER ? null : told * 1000 + random() * BASE_DELAY_MS;
  const longest = Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** attempt);
  return longest / 2 + (random() * longest) / 2;
}
