import { JanuaClient, type JanuaConfig, type User } from '@janua/typescript-sdk';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { SessionStore } from './session_store.js';
import { type Localization, type Texts, texts } from './texts/index.js';

interface JanuaContext {
  store: SessionStore;
  texts: Texts;
}

const Context = createContext<JanuaContext | null>(null);

/** One store for each configuration: React may render a component twice before it shows it once. */
const stores = new WeakMap<object, SessionStore>();

function storeFor({ config, client, initialUser }: JanuaProviderProps): SessionStore {
  const owner = client ?? config;
  if (!owner) {
    throw new TypeError(
      "JanuaProvider needs its configuration: <JanuaProvider config={{ baseUrl: 'https://…' }}>, or a client of its own",
    );
  }
  // On a server nothing may outlive the request.
  if (typeof document === 'undefined')
    return new SessionStore(client ?? new JanuaClient(config!), initialUser);
  let store = stores.get(owner);
  if (!store) {
    store = new SessionStore(client ?? new JanuaClient(config!), initialUser);
    stores.set(owner, store);
  }
  return store;
}

/** What a provider is told. */
export interface JanuaProviderProps {
  /** What a client is told; the first one counts as long as the provider is there. */
  config?: JanuaConfig;
  /** A client of your own, instead of `config`. */
  client?: JanuaClient;
  /**
   * Who the server that renders the page has found to be signed in; null for nobody. The page shows them at once, and
   * asks Janua afterwards all the same.
   */
  initialUser?: User | null;
  /** The language of the components, and texts of your own. */
  localization?: Localization;
  children?: ReactNode;
}

/** Gives everything below it the session; put it around the whole application. */
export function JanuaProvider(props: JanuaProviderProps) {
  const { localization, children } = props;
  const [store] = useState(() => storeFor(props));
  useEffect(() => {
    store.start();
    return () => store.stop();
  }, [store]);
  const value = useMemo(() => ({ store, texts: texts(localization) }), [store, localization]);
  return <Context.Provider value={value}>{children}</Context.Provider>;
}

/** What the provider above gives; `user` is who asks, for the message when there is none. */
export function useJanuaContext(user: string): JanuaContext {
  const context = useContext(Context);
  if (context) return context;
  throw new Error(
    `${user} was used outside of <JanuaProvider>. Put the provider around your whole application, where it is rendered: ` +
      '<JanuaProvider config={config}><App /></JanuaProvider>. A component cannot use it in the place that renders the provider.',
  );
}
