import type { JanuaClient, JanuaError, MfaStatus, UpdateRequest } from '@janua/typescript-sdk';
import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react';
import { useJanuaContext } from './provider.js';

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

/** What the server answers about whoever is signed in; all components that show it share one answer. */
function useAnswer<T>(user: string, subject: Subject, load: (client: JanuaClient) => Promise<T>) {
  const { store, client, state } = useSessionState(user);
  const { answers } = store;
  const name = state.user && `${subject} ${state.user.id}`;
  const read = () => answers.read<T>(name);
  const { data, isLoaded, error } = useSyncExternalStore(answers.subscribe, read, read);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `load` is the same for each subject.
  useEffect(() => {
    if (name) return answers.hold(name, () => load(client));
  }, [answers, client, name]);
  /** Asks the server again; of other subjects, too, where they have changed along. */
  const reload = useCallback(
    async (...others: Subject[]) => {
      const id = name?.split(' ')[1];
      await Promise.all([subject, ...others].map((one) => answers.reload(`${one} ${id}`)));
    },
    [answers, name, subject],
  );
  return { store, client, state, data, isLoaded, error, reload };
}

type Subject = 'session' | 'sessions' | 'organizations' | 'factors' | 'passkeys';

/** The session on the server: its device, its times, the organization that it acts in. */
export function useSession() {
  const { state, data, isLoaded, error, reload } = useAnswer('useSession()', 'session', (client) =>
    client.auth.session(),
  );
  return {
    session: data?.session ?? null,
    isLoaded,
    error,
    isSignedIn: state.isSignedIn,
    reload: () => reload(),
  };
}

/** All sessions of whoever is signed in, and how to end them. */
export function useSessions() {
  const { client, data, isLoaded, error, reload } = useAnswer('useSessions()', 'sessions', (client) =>
    client.sessions.list({ per_page: 100 }),
  );
  const { sessions } = client;
  const changes = useMemo(
    () => ({
      revoke: (id: string) => sessions.revoke(id).finally(() => reload()),
      revokeOthers: () => sessions.revokeOthers().finally(() => reload()),
    }),
    [sessions, reload],
  );
  return { sessions: data?.sessions ?? [], isLoaded, error, reload: () => reload(), ...changes };
}

/** The organizations of whoever is signed in, and the one that the session acts in. */
export function useOrganization() {
  const { store, data, isLoaded, error, reload } = useAnswer(
    'useOrganization()',
    'organizations',
    async (client) => {
      const [{ session }, list] = await Promise.all([
        client.auth.session(),
        client.organizations.list({ per_page: 100 }),
      ]);
      return { active: session.organization_id ?? null, list };
    },
  );
  const setActive = useCallback(
    async (organizationId: string | null) => {
      await store.act(organizationId);
      await reload('session');
    },
    [store, reload],
  );
  const organizations = data?.list.organizations ?? [];
  const organization = organizations.find(({ id }) => id === data?.active) ?? null;
  return { organization, organizations, isLoaded, error, reload: () => reload(), setActive };
}

/** The second factors of whoever is signed in; `mfa` has the calls that change them. */
export function useMfa(): {
  status: MfaStatus | null;
  isLoaded: boolean;
  error: JanuaError | null;
  reload(): Promise<void>;
  mfa: JanuaClient['mfa'];
} {
  const { client, data, isLoaded, error, reload } = useAnswer('useMfa()', 'factors', (client) =>
    client.mfa.status(),
  );
  return { status: data, isLoaded, error, reload: () => reload('sessions'), mfa: client.mfa };
}

/** The passkeys of whoever is signed in. */
export function usePasskeys() {
  const { client, data, isLoaded, error, reload } = useAnswer('usePasskeys()', 'passkeys', (client) =>
    client.passkeys.list(),
  );
  const { passkeys } = client;
  const changes = useMemo(
    () => ({
      register: (name?: string) => passkeys.register(name ? { name } : {}).finally(() => reload()),
      rename: (id: string, name: string) => passkeys.rename(id, name).finally(() => reload()),
      // Other sessions end with it.
      remove: (id: string) => passkeys.remove(id).finally(() => reload('sessions', 'factors')),
      signIn: passkeys.signIn.bind(passkeys),
    }),
    [passkeys, reload],
  );
  return {
    passkeys: data?.passkeys ?? [],
    isSupported: passkeys.isSupported(),
    isLoaded,
    error,
    reload: () => reload(),
    ...changes,
  };
}
