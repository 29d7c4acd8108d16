import type {
  CurrentSession,
  JanuaClient,
  JanuaError,
  MfaStatus,
  OrganizationList,
  PasskeyList,
  UpdateRequest,
} from '@janua/typescript-sdk';
import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { useJanuaContext } from './provider.js';
import type { SessionState } from './session_store.js';

function useSessionState(user: string) {
  const { store } = useJanuaContext(user);
  const state = useSyncExternalStore(store.subscribe, store.read, store.readOnServer);
  return { store, client: store.client, state };
}

/** The client itself. */
export function useJanuaClient(): JanuaClient {
  return useJanuaContext('useJanuaClient()').store.client;
}

/** Who is signed in, and how to change that. */
export function useAuth() {
  const { client, state } = useSessionState('useAuth()');
  return useMemo(() => {
    const { auth } = client;
    return {
      ...state,
      client,
      signIn: auth.signIn.bind(auth),
      signUp: auth.signUp.bind(auth),
      signOut: auth.signOut.bind(auth),
      getAccessToken: auth.getAccessToken.bind(auth),
    };
  }, [client, state]);
}

/** The person who is signed in. */
export function useUser() {
  const { store, client, state } = useSessionState('useUser()');
  return useMemo(
    () => ({
      isLoaded: state.isLoaded,
      isSignedIn: state.isSignedIn,
      user: state.user,
      /** Changes the own profile. */
      async update(changes: UpdateRequest) {
        const user = await client.users.updateMe(changes);
        store.show(user);
        return user;
      },
      /** Asks the server again. */
      reload: () => store.reload(),
    }),
    [store, client, state],
  );
}

/** Something that was asked of the server for whoever is signed in. */
interface Loaded<T> {
  data: T | null;
  isLoaded: boolean;
  error: JanuaError | null;
  reload(): Promise<void>;
}

const nothing = { data: null, isLoaded: false, error: null, of: null as string | null };

function useLoaded<T>(state: SessionState, load: () => Promise<T>): Loaded<T> {
  const [loaded, setLoaded] = useState<{
    data: T | null;
    isLoaded: boolean;
    error: JanuaError | null;
    of: string | null;
  }>(nothing);
  const id = state.user?.id ?? null;
  const reload = useCallback(async () => {
    try {
      const data = await load();
      setLoaded({ data, isLoaded: true, error: null, of: id });
    } catch (error) {
      setLoaded((before) => ({ ...before, error: error as JanuaError, of: id }));
    }
  }, [load, id]);
  useEffect(() => {
    if (id === null) setLoaded(nothing);
    else void reload();
  }, [id, reload]);
  // What was asked for somebody else is never shown.
  const current = loaded.of === id ? loaded : nothing;
  return { ...current, reload };
}

/** The session on the server: its device, its times, the organization that it acts in. */
export function useSession() {
  const { client, state } = useSessionState('useSession()');
  const load = useCallback(() => client.auth.session(), [client]);
  const { data, isLoaded, error, reload } = useLoaded<CurrentSession>(state, load);
  return { session: data?.session ?? null, isLoaded, error, reload, isSignedIn: state.isSignedIn };
}

/** The organizations of whoever is signed in, and the one that the session acts in. */
export function useOrganization() {
  const { client, state } = useSessionState('useOrganization()');
  const load = useCallback(async () => {
    const [{ session }, list] = await Promise.all([
      client.auth.session(),
      client.organizations.list({ per_page: 100 }),
    ]);
    return { active: session.organization_id ?? null, list };
  }, [client]);
  const { data, isLoaded, error, reload } = useLoaded<{ active: string | null; list: OrganizationList }>(
    state,
    load,
  );
  const setActive = useCallback(
    async (organizationId: string | null) => {
      await client.auth.actIn(organizationId);
      await reload();
    },
    [client, reload],
  );
  const organizations = data?.list.organizations ?? [];
  const organization = organizations.find(({ id }) => id === data?.active) ?? null;
  return { organization, organizations, isLoaded, error, reload, setActive };
}

/** The second factors of whoever is signed in; `mfa` has the calls that change them. */
export function useMfa(): {
  status: MfaStatus | null;
  isLoaded: boolean;
  error: JanuaError | null;
  reload(): Promise<void>;
  mfa: JanuaClient['mfa'];
} {
  const { client, state } = useSessionState('useMfa()');
  const load = useCallback(() => client.mfa.status(), [client]);
  const { data, isLoaded, error, reload } = useLoaded<MfaStatus>(state, load);
  return { status: data, isLoaded, error, reload, mfa: client.mfa };
}

/** The passkeys of whoever is signed in. */
export function usePasskeys() {
  const { client, state } = useSessionState('usePasskeys()');
  const load = useCallback(() => client.passkeys.list(), [client]);
  const { data, isLoaded, error, reload } = useLoaded<PasskeyList>(state, load);
  const { passkeys } = client;
  const changes = useMemo(() => {
    const thenReload =
      <A extends unknown[], R>(change: (...words: A) => Promise<R>) =>
      async (...words: A): Promise<R> => {
        const result = await change(...words);
        await reload();
        return result;
      };
    return {
      register: thenReload((name?: string) => passkeys.register(name ? { name } : {})),
      rename: thenReload((id: string, name: string) => passkeys.rename(id, name)),
      remove: thenReload((id: string) => passkeys.remove(id)),
      signIn: passkeys.signIn.bind(passkeys),
    };
  }, [passkeys, reload]);
  return {
    passkeys: data?.passkeys ?? [],
    isSupported: passkeys.isSupported(),
    isLoaded,
    error,
    reload,
    ...changes,
  };
}
