import type {
  ChangeAccountRequest,
  ChangeSettingsRequest,
  CreateAccountRequest,
  ImpersonationRequest,
  MaintenanceRequest,
  Operations,
  RotateKeysRequest,
} from '../generated/openapi.js';
import type { CallOptions, Transport } from '../transport.js';

/** All accounts. */
export class AdminUsers {
  constructor(private readonly transport: Transport) {}

  /** Accounts, by address, search or state. */
  list(query: Operations['GET /api/v1/admin/users']['query'] = {}, options?: CallOptions) {
    return this.transport.list('GET /api/v1/admin/users', { query }, options);
  }

  /** Makes an account. */
  create(request: CreateAccountRequest, options?: CallOptions) {
    return this.transport.call('POST /api/v1/admin/users', { body: request }, options);
  }

  /** One account. */
  get(id: string, options?: CallOptions) {
    return this.transport.call('GET /api/v1/admin/users/{id}', { path: { id } }, options);
  }

  /** Changes an account. */
  update(id: string, request: ChangeAccountRequest, options?: CallOptions) {
    return this.transport.call('PATCH /api/v1/admin/users/{id}', { path: { id }, body: request }, options);
  }

  /** Deletes an account. */
  async delete(id: string, options?: CallOptions): Promise<void> {
    await this.transport.call('DELETE /api/v1/admin/users/{id}', { path: { id } }, options);
  }

  /** All that is kept of somebody, as a file to stream. */
  export(id: string, options?: CallOptions): Promise<Response> {
    return this.transport.stream('GET /api/v1/admin/users/{id}/export', { path: { id } }, options);
  }

  /** Acts for somebody, for minutes: use `access_token` with a client of its own. */
  impersonate(id: string, request: ImpersonationRequest, options?: CallOptions) {
    return this.transport.call(
      'POST /api/v1/admin/users/{id}/impersonate',
      { path: { id }, body: request },
      options,
    );
  }

  /** Takes all second factors and passkeys from somebody who has lost them. */
  async resetMfa(id: string, options?: CallOptions): Promise<void> {
    await this.transport.call('DELETE /api/v1/admin/users/{id}/mfa', { path: { id } }, options);
  }

  /** The passkeys of an account. */
  passkeys(id: string, options?: CallOptions) {
    return this.transport.call('GET /api/v1/admin/users/{id}/passkeys', { path: { id } }, options);
  }

  /** Removes a passkey of an account. */
  async removePasskey(id: string, passkeyId: string, options?: CallOptions): Promise<void> {
    await this.transport.call(
      'DELETE /api/v1/admin/users/{id}/passkeys/{passkey_id}',
      { path: { id, passkey_id: passkeyId } },
      options,
    );
  }

  /** The sessions of an account. */
  sessions(
    id: string,
    query: Operations['GET /api/v1/admin/users/{id}/sessions']['query'] = {},
    options?: CallOptions,
  ) {
    return this.transport.list('GET /api/v1/admin/users/{id}/sessions', { path: { id }, query }, options);
  }

  /** Ends all sessions of an account. */
  async revokeSessions(id: string, options?: CallOptions): Promise<void> {
    await this.transport.call('DELETE /api/v1/admin/users/{id}/sessions', { path: { id } }, options);
  }

  /** Mails somebody a link to set a new password. */
  resetPassword(id: string, options?: CallOptions) {
    return this.transport.call('POST /api/v1/admin/users/{id}/reset-password', { path: { id } }, options);
  }

  /** Suspends an account; its sessions end. */
  suspend(id: string, options?: CallOptions) {
    return this.transport.call('POST /api/v1/admin/users/{id}/suspend', { path: { id } }, options);
  }

  /** Lets a suspended account in again. */
  reactivate(id: string, options?: CallOptions) {
    return this.transport.call('POST /api/v1/admin/users/{id}/reactivate', { path: { id } }, options);
  }

  /** Lifts the lock that failed sign-ins have set. */
  unlock(id: string, options?: CallOptions) {
    return this.transport.call('POST /api/v1/admin/users/{id}/unlock', { path: { id } }, options);
  }
}

/** All organizations. */
export class AdminOrganizations {
  constructor(private readonly transport: Transport) {}

  /** Organizations, deleted ones among them. */
  list(query: Operations['GET /api/v1/admin/organizations']['query'] = {}, options?: CallOptions) {
    return this.transport.list('GET /api/v1/admin/organizations', { query }, options);
  }

  /** One organization. */
  get(id: string, options?: CallOptions) {
    return this.transport.call('GET /api/v1/admin/organizations/{id}', { path: { id } }, options);
  }

  /** Deletes an organization. */
  async delete(id: string, options?: CallOptions): Promise<void> {
    await this.transport.call('DELETE /api/v1/admin/organizations/{id}', { path: { id } }, options);
  }

  /** Restores an organization that was deleted. */
  restore(id: string, options?: CallOptions) {
    return this.transport.call('POST /api/v1/admin/organizations/{id}/restore', { path: { id } }, options);
  }

  /** Suspends an organization. */
  suspend(id: string, options?: CallOptions) {
    return this.transport.call('POST /api/v1/admin/organizations/{id}/suspend', { path: { id } }, options);
  }

  /** Lets a suspended organization in again. */
  reactivate(id: string, options?: CallOptions) {
    return this.transport.call('POST /api/v1/admin/organizations/{id}/reactivate', { path: { id } }, options);
  }
}

/** The administration of the whole platform. */
export class Admin {
  /** All accounts. */
  readonly users: AdminUsers;
  /** All organizations. */
  readonly organizations: AdminOrganizations;

  constructor(private readonly transport: Transport) {
    this.users = new AdminUsers(transport);
    this.organizations = new AdminOrganizations(transport);
  }

  /** Figures of accounts, factors, organizations and sign-ins. */
  stats(options?: CallOptions) {
    return this.transport.call('GET /api/v1/admin/stats', {}, options);
  }

  /** What is wrong with the installation, why, and what mends it. */
  doctor(options?: CallOptions) {
    return this.transport.call('GET /api/v1/admin/doctor', {}, options);
  }

  /** What a request did, what the person was told and what was true. */
  explainRequest(id: string, options?: CallOptions) {
    return this.transport.call(
      'GET /api/v1/admin/explain/{request_id}',
      { path: { request_id: id } },
      options,
    );
  }

  /** Whether somebody can sign in now, and if not, why. */
  explainPerson(query: Operations['GET /api/v1/admin/explain']['query'] = {}, options?: CallOptions) {
    return this.transport.call('GET /api/v1/admin/explain', { query }, options);
  }

  /** Settings that can be changed while the server runs. */
  settings(options?: CallOptions) {
    return this.transport.call('GET /api/v1/admin/settings', {}, options);
  }

  /** Changes them. */
  updateSettings(request: ChangeSettingsRequest, options?: CallOptions) {
    return this.transport.call('PATCH /api/v1/admin/settings', { body: request }, options);
  }

  /** Turns maintenance on or off. */
  setMaintenance(request: MaintenanceRequest, options?: CallOptions) {
    return this.transport.call('POST /api/v1/admin/maintenance', { body: request }, options);
  }

  /** The keys that sign tokens. */
  keys(options?: CallOptions) {
    return this.transport.call('GET /api/v1/admin/keys', {}, options);
  }

  /** Replaces the key that signs tokens. */
  rotateKeys(request?: RotateKeysRequest, options?: CallOptions) {
    return this.transport.call('POST /api/v1/admin/keys/rotate', { body: request }, options);
  }

  /** Mails that were promised, and what became of them. */
  outbox(query: Operations['GET /api/v1/admin/outbox']['query'] = {}, options?: CallOptions) {
    return this.transport.list('GET /api/v1/admin/outbox', { query }, options);
  }

  /** Sends a mail again that was given up. */
  retryMail(id: string, options?: CallOptions) {
    return this.transport.call('POST /api/v1/admin/outbox/{id}/retry', { path: { id } }, options);
  }

  /** How the cache does. */
  cache(options?: CallOptions) {
    return this.transport.call('GET /api/v1/admin/cache', {}, options);
  }

  /** Forgets all copies. */
  clearCache(options?: CallOptions) {
    return this.transport.call('POST /api/v1/admin/cache/clear', {}, options);
  }

  /** Forgets the copies whose names match. */
  invalidateCache(pattern: string, options?: CallOptions) {
    return this.transport.call('POST /api/v1/admin/cache/invalidate', { body: { pattern } }, options);
  }
}
