import type { DeleteRequest, Operations, UpdateRequest } from '../generated/openapi.js';
import type { CallOptions, Transport } from '../transport.js';
import type { SignInCompletion } from './auth.js';

/** The own account, and people of shared organizations. */
export class Users {
  constructor(
    private readonly transport: Transport,
    private readonly signIns: SignInCompletion,
  ) {}

  /** Who is signed in. */
  me(options?: CallOptions) {
    return this.transport.call('GET /api/v1/users/me', {}, options);
  }

  /** Changes the own profile. */
  updateMe(changes: UpdateRequest, options?: CallOptions) {
    return this.transport.call('PATCH /api/v1/users/me', { body: changes }, options);
  }

  /** Deletes the own account with all that belongs to it; long after signing in that takes the password. */
  async deleteMe(proof?: DeleteRequest, options?: CallOptions): Promise<void> {
    await this.transport.call('DELETE /api/v1/users/me', { body: proof }, options);
    await this.signIns.keeper?.end(async () => {});
    if (!this.signIns.keeper) this.signIns.events.emit('auth:signedOut', {});
  }

  /** All that is kept of oneself, as a file to stream. */
  exportMe(options?: CallOptions): Promise<Response> {
    return this.transport.stream('GET /api/v1/users/me/export', {}, options);
  }

  /** People of the organizations that one belongs to. */
  list(query: Operations['GET /api/v1/users']['query'] = {}, options?: CallOptions) {
    return this.transport.list('GET /api/v1/users', { query }, options);
  }

  /** One of those people. */
  get(userId: string, options?: CallOptions) {
    return this.transport.call('GET /api/v1/users/{user_id}', { path: { user_id: userId } }, options);
  }
}
