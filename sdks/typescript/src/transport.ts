import type { Settings } from './config.js';
import type { Credentials } from './credentials.js';
import { errorFromAnswer, JanuaError, NetworkError, TimeoutError, unexpectedAnswer } from './errors.js';
import type { Operations } from './generated/openapi.js';
import { type Listing, listing } from './pages.js';
import { retryDelay } from './retry.js';

/** Names an operation of the API: `'GET /api/v1/users/me'`. */
export type OperationName = keyof Operations;

type Present<K extends string, T> = [T] extends [never]
  ? unknown
  : undefined extends T
    ? { [P in K]?: T }
    : Record<never, never> extends T
      ? { [P in K]?: T }
      : { [P in K]: T };

/** What an operation takes: `path`, `query` and `body`, as far as it has them. */
export type Input<O extends OperationName> = Present<'path', Operations[O]['path']> &
  Present<'query', Operations[O]['query']> &
  Present<'body', Operations[O]['body']>;

/** What an operation answers with. */
export type Answer<O extends OperationName> = Operations[O]['answer'];

/** How a single call differs from the others. */
export interface CallOptions {
  /** Gives up when it is aborted. */
  signal?: AbortSignal;
  /** Milliseconds until this call fails. */
  timeout?: number;
  /** More headers. */
  headers?: Record<string, string>;
}

/** What only this library says of a call. */
interface Manner {
  /** Shows nothing that proves who asks. */
  anonymous?: boolean;
  /** Gives the answer as it comes, to be streamed. */
  raw?: boolean;
}

interface LooseInput {
  path?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
}

/** Sends calls: addresses, credentials, time limits, repetitions, errors. */
export class Transport {
  credentials: Credentials | null = null;

  constructor(readonly settings: Settings) {}

  /** Calls an operation and gives its answer. */
  async call<O extends OperationName>(
    operation: O,
    input?: Input<O>,
    options?: CallOptions,
    manner: Manner = {},
  ): Promise<Answer<O>> {
    const { response, text } = await this.#authenticated(
      operation,
      (input ?? {}) as LooseInput,
      options,
      manner,
    );
    if (text === '') return undefined as Answer<O>;
    if (!/\bjson\b/.test(response.headers.get('content-type') ?? '')) throw unexpectedAnswer(response, text);
    try {
      return JSON.parse(text) as Answer<O>;
    } catch {
      throw unexpectedAnswer(response, text);
    }
  }

  /** Calls an operation that lists: it gives a page, and with `for await` the entries of all pages. */
  list<O extends OperationName>(operation: O, input: Input<O>, options?: CallOptions): Listing<Answer<O>> {
    const { query, ...place } = input as LooseInput;
    const ask = (asked: Record<string, unknown>) =>
      this.call(operation, { ...place, query: asked } as never, options);
    return listing(ask, query ?? {});
  }

  /** Calls an operation and gives the response itself, whose body has not been read. */
  async stream<O extends OperationName>(
    operation: O,
    input?: Input<O>,
    options?: CallOptions,
  ): Promise<Response> {
    const { response } = await this.#authenticated(operation, (input ?? {}) as LooseInput, options, {
      raw: true,
    });
    return response;
  }

  /** The address of an operation. */
  url<O extends OperationName>(operation: O, input?: Input<O>): string {
    const { path, query } = (input ?? {}) as LooseInput;
    return this.settings.baseUrl + fill(operation.split(' ')[1]!, path) + search(query);
  }

  async #authenticated(operation: string, input: LooseInput, options: CallOptions = {}, manner: Manner) {
    const [method, template] = operation.split(' ') as [string, string];
    const request = {
      method,
      path: template,
      url: this.url(operation as OperationName, input as never),
      body: input.body,
    };
    const credentials = manner.anonymous ? null : this.credentials;
    const shown = (await credentials?.headers(method)) ?? {};
    try {
      return await this.#persistent(request, shown, options, manner);
    } catch (error) {
      if (!(error instanceof JanuaError) || !(await credentials?.refused(error, shown))) throw error;
      return this.#persistent(request, await credentials!.headers(method), options, manner);
    }
  }

  async #persistent(request: Prepared, shown: Record<string, string>, options: CallOptions, manner: Manner) {
    for (let attempt = 0; ; attempt += 1) {
      const { response, text } = await this.#once(request, shown, options, manner);
      if (response.ok) return { response, text };
      const delay = attempt < this.settings.maxRetries ? retryDelay(request, response, attempt) : null;
      if (delay === null) throw errorFromAnswer(response, text);
      await pause(delay, options.signal);
    }
  }

  async #once(request: Prepared, shown: Record<string, string>, options: CallOptions, manner: Manner) {
    const { settings } = this;
    const limit = options.timeout ?? settings.timeout;
    const abort = new AbortController();
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      abort.abort();
    }, limit);
    const give_up = () => abort.abort(options.signal?.reason);
    options.signal?.addEventListener('abort', give_up, { once: true });
    if (options.signal?.aborted) give_up();
    const init: RequestInit = {
      method: request.method,
      headers: { accept: 'application/json', ...settings.headers, ...shown, ...options.headers },
      signal: abort.signal,
    };
    // Edge runtimes refuse to be told of cookies that they do not keep.
    if (typeof document !== 'undefined') init.credentials = settings.credentials;
    if (request.body !== undefined) {
      init.body = JSON.stringify(request.body);
      (init.headers as Record<string, string>)['content-type'] = 'application/json';
    }
    try {
      const response = await settings.fetch(request.url, init);
      return { response, text: manner.raw && response.ok ? '' : await response.text() };
    } catch (cause) {
      if (options.signal?.aborted) throw options.signal.reason;
      if (late) {
        throw new TimeoutError(`No answer from ${settings.baseUrl} within ${limit} ms`, {
          code: 'TIMEOUT',
          cause,
          help: 'Is the server overloaded or the network slow? The option timeout sets the limit.',
        });
      }
      throw new NetworkError(`${settings.baseUrl} could not be reached`, {
        code: 'NETWORK_ERROR',
        cause,
        help: `Try \`curl ${settings.baseUrl}/health\`. In a browser, CORS_ORIGINS of the server must name the origin of the page.`,
      });
    } finally {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', give_up);
    }
  }
}

interface Prepared {
  method: string;
  path: string;
  url: string;
  body: unknown;
}

function fill(template: string, values: Record<string, unknown> = {}): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    // An empty id would lead to the collection: a slip in `sessions.revoke(id)` must not end all sessions.
    if (typeof value !== 'string' || value === '' || value === '.' || value === '..') {
      throw new TypeError(`${name} must be a text that names something, not ${JSON.stringify(value)}`);
    }
    return encodeURIComponent(value);
  });
}

function search(query: Record<string, unknown> = {}): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  return pairs.length === 0
    ? ''
    : `?${new URLSearchParams(pairs.map(([name, value]) => [name, String(value)]))}`;
}

function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted) stop();
  });
}
