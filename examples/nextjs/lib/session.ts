import 'server-only';
import {
  type AccessTokenClaims,
  JanuaClient,
  JanuaError,
  type User,
  verifyToken,
} from '@janua/typescript-sdk';
import { cookies } from 'next/headers';
import { cache } from 'react';

export const JANUA = process.env.JANUA_BASE_URL ?? 'http://localhost:4100';
export const COOKIE = 'access_token';

/** What a token says, or null if it is not Janua's or does not count any more. */
export async function claimsOf(token: string | null | undefined): Promise<AccessTokenClaims | null> {
  if (!token) return null;
  try {
    return await verifyToken(token, { issuer: JANUA });
  } catch (error) {
    if (error instanceof JanuaError && error.code.startsWith('TOKEN_')) return null;
    throw error; // Janua's keys could not be fetched.
  }
}

/**
 * Who is signed in, as far as the cookie tells: `undefined` where it does not, for the browser may still hold a refresh
 * token. It is asked once for each page, however many of its parts want to know.
 */
export const currentUser = cache(async (): Promise<User | undefined> => {
  const token = (await cookies()).get(COOKIE)?.value;
  if (!(await claimsOf(token))) return undefined;
  try {
    return await new JanuaClient({ baseUrl: JANUA, accessToken: token }).users.me();
  } catch (error) {
    if (error instanceof JanuaError) return undefined; // The session has ended, or Janua is away: the browser finds out.
    throw error;
  }
});
