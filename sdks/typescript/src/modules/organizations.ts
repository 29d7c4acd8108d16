import type {
  CheckRequest,
  CreateOrganizationRequest,
  Operations,
  UpdateOrganizationRequest,
} from '../generated/openapi.js';
import type { CallOptions, Transport } from '../transport.js';
import { Domains, Invitations, Members, Roles } from './organization_parts.js';

/** Customers, their people, and what those may do. */
export class Organizations {
  /** Who belongs to an organization. */
  readonly members: Members;
  /** Who was asked to join one. */
  readonly invitations: Invitations;
  /** What members may do. */
  readonly roles: Roles;
  /** Domains that an organization has proven to own. */
  readonly domains: Domains;

  constructor(private readonly transport: Transport) {
    this.members = new Members(transport);
    this.invitations = new Invitations(transport);
    this.roles = new Roles(transport);
    this.domains = new Domains(transport);
  }

  /** The organizations that one belongs to. */
  list(query: Operations['GET /api/v1/organizations']['query'] = {}, options?: CallOptions) {
    return this.transport.list('GET /api/v1/organizations', { query }, options);
  }

  /** Makes an organization; one becomes its owner. */
  create(request: CreateOrganizationRequest, options?: CallOptions) {
    return this.transport.call('POST /api/v1/organizations', { body: request }, options);
  }

  /** One organization. */
  get(organizationId: string, options?: CallOptions) {
    return this.transport.call(
      'GET /api/v1/organizations/{organization_id}',
      { path: { organization_id: organizationId } },
      options,
    );
  }

  /** Changes an organization. */
  update(organizationId: string, request: UpdateOrganizationRequest, options?: CallOptions) {
    return this.transport.call(
      'PATCH /api/v1/organizations/{organization_id}',
      { path: { organization_id: organizationId }, body: request },
      options,
    );
  }

  /** Deletes an organization; for a while it can be restored. */
  async delete(organizationId: string, options?: CallOptions): Promise<void> {
    await this.transport.call(
      'DELETE /api/v1/organizations/{organization_id}',
      { path: { organization_id: organizationId } },
      options,
    );
  }

  /** Restores an organization that was deleted. */
  restore(organizationId: string, options?: CallOptions) {
    return this.transport.call(
      'POST /api/v1/organizations/{organization_id}/restore',
      { path: { organization_id: organizationId } },
      options,
    );
  }

  /** Leaves an organization. */
  async leave(organizationId: string, options?: CallOptions): Promise<void> {
    await this.transport.call(
      'POST /api/v1/organizations/{organization_id}/leave',
      { path: { organization_id: organizationId } },
      options,
    );
  }

  /** Makes another member the owner. */
  transferOwnership(organizationId: string, userId: string, options?: CallOptions) {
    return this.transport.call(
      'POST /api/v1/organizations/{organization_id}/transfer-ownership',
      { path: { organization_id: organizationId }, body: { user_id: userId } },
      options,
    );
  }

  /** Whether one may do something in an organization, with the reason for a no. */
  check(request: CheckRequest, options?: CallOptions) {
    return this.transport.call('POST /api/v1/rbac/check', { body: request }, options);
  }

  /** The permissions that Janua itself asks for. */
  permissions(options?: CallOptions) {
    return this.transport.call('GET /api/v1/rbac/permissions', {}, options);
  }
}
