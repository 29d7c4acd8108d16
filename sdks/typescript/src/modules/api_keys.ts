import type { CreateApiKeyRequest, RotateApiKeyRequest } from '../generated/openapi.js';
import type { CallOptions, Transport } from '../transport.js';

/** What an organization's programs show in place of a person who signs in. */
export class OrganizationApiKeys {
  constructor(private readonly transport: Transport) {}

  /** The keys, without their secrets. */
  list(organizationId: string, options?: CallOptions) {
    return this.transport.call(
      'GET /api/v1/organizations/{organization_id}/api-keys',
      { path: { organization_id: organizationId } },
      options,
    );
  }

  /** Makes a key; `key` is shown this once. */
  create(organizationId: string, request: CreateApiKeyRequest, options?: CallOptions) {
    return this.transport.call(
      'POST /api/v1/organizations/{organization_id}/api-keys',
      { path: { organization_id: organizationId }, body: request },
      options,
    );
  }

  /** One key. */
  get(organizationId: string, apiKeyId: string, options?: CallOptions) {
    return this.transport.call(
      'GET /api/v1/organizations/{organization_id}/api-keys/{api_key_id}',
      { path: { organization_id: organizationId, api_key_id: apiKeyId } },
      options,
    );
  }

  /** Gives a key another name. */
  rename(organizationId: string, apiKeyId: string, name: string, options?: CallOptions) {
    return this.transport.call(
      'PATCH /api/v1/organizations/{organization_id}/api-keys/{api_key_id}',
      { path: { organization_id: organizationId, api_key_id: apiKeyId }, body: { name } },
      options,
    );
  }

  /** Ends a key at once. */
  async revoke(organizationId: string, apiKeyId: string, options?: CallOptions): Promise<void> {
    await this.transport.call(
      'DELETE /api/v1/organizations/{organization_id}/api-keys/{api_key_id}',
      { path: { organization_id: organizationId, api_key_id: apiKeyId } },
      options,
    );
  }

  /** Replaces a key; the old one counts on for `overlap_hours`. */
  rotate(organizationId: string, apiKeyId: string, request: RotateApiKeyRequest, options?: CallOptions) {
    return this.transport.call(
      'POST /api/v1/organizations/{organization_id}/api-keys/{api_key_id}/rotate',
      { path: { organization_id: organizationId, api_key_id: apiKeyId }, body: request },
      options,
    );
  }
}

/** What programs show in place of a person who signs in. */
export class ApiKeys {
  /** Keys of an organization. */
  readonly ofOrganization: OrganizationApiKeys;

  constructor(private readonly transport: Transport) {
    this.ofOrganization = new OrganizationApiKeys(transport);
  }

  /** The keys, without their secrets. */
  list(options?: CallOptions) {
    return this.transport.call('GET /api/v1/api-keys', {}, options);
  }

  /** Makes a key; `key` is shown this once. */
  create(request: CreateApiKeyRequest, options?: CallOptions) {
    return this.transport.call('POST /api/v1/api-keys', { body: request }, options);
  }

  /** One key. */
  get(id: string, options?: CallOptions) {
    return this.transport.call('GET /api/v1/api-keys/{id}', { path: { id } }, options);
  }

  /** Gives a key another name. */
  rename(id: string, name: string, options?: CallOptions) {
    return this.transport.call('PATCH /api/v1/api-keys/{id}', { path: { id }, body: { name } }, options);
  }

  /** Ends a key at once. */
  async revoke(id: string, options?: CallOptions): Promise<void> {
    await this.transport.call('DELETE /api/v1/api-keys/{id}', { path: { id } }, options);
  }

  /** Replaces a key; the old one counts on for `overlap_hours`. */
  rotate(id: string, request: RotateApiKeyRequest, options?: CallOptions) {
    return this.transport.call('POST /api/v1/api-keys/{id}/rotate', { path: { id }, body: request }, options);
  }
}
