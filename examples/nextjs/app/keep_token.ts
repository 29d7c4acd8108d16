'use server';

import { cookies } from 'next/headers';
import { COOKIE, claimsOf, JANUA } from '../lib/session';

/** Keeps an access token where no script can read it, for as long as it lives; the page is rendered anew for it. */
export async function keepToken(token: string | null): Promise<void> {
  const claims = await claimsOf(token);
  const kept = await cookies();
  if (!token || !claims) {
    kept.delete(COOKIE);
    return;
  }
  const secure = !JANUA.startsWith('http://localhost');
  kept.set(COOKIE, token, { httpOnly: true, sameSite: 'lax', secure, path: '/', expires: claims.exp * 1000 });
}
