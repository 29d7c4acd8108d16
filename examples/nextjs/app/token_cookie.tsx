'use client';

import { useAuth } from '@janua/react-sdk';
import { useEffect } from 'react';
import { keepToken } from './keep_token';

/**
 * Tells the server of each access token, for the pages that it renders. The refresh token stays in the browser.
 * `known` is whether the server knew somebody when it has rendered this page.
 */
export function TokenCookie({ known }: { known: boolean }) {
  const { client, isLoaded, isSignedIn } = useAuth();
  useEffect(() => {
    const tell = async () => keepToken(await client.auth.getAccessToken().catch(() => null));
    const events = ['auth:signedIn', 'auth:refreshed', 'auth:signedOut', 'auth:expired'] as const;
    const stops = events.map((event) => client.on(event, () => void tell()));
    return () => {
      for (const stop of stops) stop();
    };
  }, [client]);
  const differs = isLoaded && isSignedIn !== known;
  useEffect(() => {
    if (differs) void client.auth.getAccessToken().then(keepToken);
  }, [client, differs]);
  return null;
}
