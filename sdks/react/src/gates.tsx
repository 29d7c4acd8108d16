import { type ReactNode, useEffect, useState, useSyncExternalStore } from 'react';
import { useAuth } from './hooks.js';
import { useJanuaContext } from './provider.js';

/** Shows its children to whoever is signed in. */
export function SignedIn({ children }: { children?: ReactNode }) {
  const { isSignedIn } = useAuth();
  return isSignedIn ? children : null;
}

/** Shows its children while nobody is signed in. */
export function SignedOut({ children }: { children?: ReactNode }) {
  const { isLoaded, isSignedIn } = useAuth();
  return isLoaded && !isSignedIn ? children : null;
}

/** What has to be fulfilled to see something. */
export interface ProtectProps {
  /** A permission such as `members:invite`; without one it is enough to be signed in. */
  permission?: string;
  /** Where it has to hold; the organization that the session acts in unless given. */
  organizationId?: string;
  /** For whoever may not see it. */
  fallback?: ReactNode;
  /** While that is not known. */
  loading?: ReactNode;
  children?: ReactNode;
}

/** Shows its children to whoever may see them. It spares people what they may not do; the server is what protects. */
export function Protect({
  permission,
  organizationId,
  fallback = null,
  loading = null,
  children,
}: ProtectProps) {
  const { store } = useJanuaContext('<Protect>');
  const { isLoaded, isSignedIn, user, client } = useAuth();
  const acting = useSyncExternalStore(store.subscribe, store.readActing, store.readActing);
  const question = `${user?.id} ${permission} ${organizationId ?? `acting ${acting}`}`;
  const [answer, setAnswer] = useState<{ question: string; allowed: boolean } | null>(null);
  const asks = isSignedIn && permission !== undefined;
  useEffect(() => {
    if (!asks) return;
    let over = false;
    client.organizations.check({ permission, organization_id: organizationId }).then(
      (checked) => over || setAnswer({ question, allowed: 'allowed' in checked && checked.allowed }),
      // Whatever went wrong, nobody has said yes.
      () => over || setAnswer({ question, allowed: false }),
    );
    return () => {
      over = true;
    };
  }, [asks, client, permission, organizationId, question]);
  if (!isLoaded) return loading;
  if (!isSignedIn) return fallback;
  if (!asks) return children;
  if (answer?.question !== question) return loading;
  return answer.allowed ? children : fallback;
}
