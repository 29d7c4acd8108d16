import type { Operations } from '../generated/openapi.js';
import type { CallOptions, Transport } from '../transport.js';

/** Where one is signed in. */
export class Sessions {
  constructor(private readonly transport: Transport) {}

  /** The own sessions with their devices. */
  list(query: Operations['GET /api/v1/sessions']['query'] = {}, options?: CallOptions) {
    return this.transport.list('GET /api/v1/sessions', { query }, options);
  }

  /** This session. */
  current(options?: CallOptions) {
    return this.transport.call('GET /api/v1/sessions/current', {}, options);
  }

  /** Ends one session. */
  async revoke(id: string, options?: CallOptions): Promise<void> {
    await this.transport.call('DELETE /api/v1/sessions/{id}', { path: { id } }, options);
  }

  /** Ends all sessions but this one. */
  async revokeOthers(options?: CallOptions): Promise<void> {
    await this.transport.call('DELETE /api/v1/sessions', {}, options);
  }
}
