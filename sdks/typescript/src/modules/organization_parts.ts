import type {
  CreateRoleRequest,
  InviteManyRequest,
  InviteRequest,
  Operations,
  UpdateRoleRequest,
} from '../generated/openapi.js';
import type { CallOptions, Transport } from '../transport.js';

/** Who belongs to an organization. */
export class Members {
  constructor(private readonly transport: Transport) {}

  /** The members, by page. */
  list(
    organizationId: string,
    query: Operations['GET /api/v1/organizations/{organization_id}/members']['query'] = {},
    options?: CallOptions,
  ) {
    return this.transport.list(
      'GET /api/v1/organizations/{organization_id}/members',
      { path: { organization_id: organizationId }, query },
      options,
    );
  }

  /** One member. */
  get(organizationId: string, userId: string, options?: CallOptions) {
    return this.transport.call(
      'GET /api/v1/organizations/{organization_id}/members/{user_id}',
      { path: { organization_id: organizationId, user_id: userId } },
      options,
    );
  }

  /** Gives a member another role. */
  setRole(organizationId: string, userId: string, role: string, options?: CallOptions) {
    return this.transport.call(
      'PATCH /api/v1/organizations/{organization_id}/members/{user_id}',
      { path: { organization_id: organizationId, user_id: userId }, body: { role } },
      options,
    );
  }

  /** Removes a member. */
  async remove(organizationId: string, userId: string, options?: CallOptions): Promise<void> {
    await this.transport.call(
      'DELETE /api/v1/organizations/{organization_id}/members/{user_id}',
      { path: { organization_id: organizationId, user_id: userId } },
      options,
    );
  }
}

/** Who was asked to join an organization. */
export class Invitations {
  constructor(private readonly transport: Transport) {}

  /** The invitations, by page. */
  list(
    organizationId: string,
    query: Operations['GET /api/v1/organizations/{organization_id}/invitations']['query'] = {},
    options?: CallOptions,
  ) {
    return this.transport.list(
      'GET /api/v1/organizations/{organization_id}/invitations',
      { path: { organization_id: organizationId }, query },
      options,
    );
  }

  /** Invites somebody by mail. */
  create(organizationId: string, request: InviteRequest, options?: CallOptions) {
    return this.transport.call(
      'POST /api/v1/organizations/{organization_id}/invitations',
      { path: { organization_id: organizationId }, body: request },
      options,
    );
  }

  /** Invites many; what is refused for one address keeps no other from being invited. */
  createMany(organizationId: string, request: InviteManyRequest, options?: CallOptions) {
    return this.transport.call(
      'POST /api/v1/organizations/{organization_id}/invitations/bulk',
      { path: { organization_id: organizationId }, body: request },
      options,
    );
  }

  /** One invitation. */
  get(organizationId: string, invitationId: string, options?: CallOptions) {
    return this.transport.call(
      'GET /api/v1/organizations/{organization_id}/invitations/{invitation_id}',
      { path: { organization_id: organizationId, invitation_id: invitationId } },
      options,
    );
  }

  /** Takes an invitation back. */
  async revoke(organizationId: string, invitationId: string, options?: CallOptions): Promise<void> {
    await this.transport.call(
      'DELETE /api/v1/organizations/{organization_id}/invitations/{invitation_id}',
      { path: { organization_id: organizationId, invitation_id: invitationId } },
      options,
    );
  }

  /** Sends an invitation again. */
  resend(organizationId: string, invitationId: string, options?: CallOptions) {
    return this.transport.call(
      'POST /api/v1/organizations/{organization_id}/invitations/{invitation_id}/resend',
      { path: { organization_id: organizationId, invitation_id: invitationId } },
      options,
    );
  }

  /** What a mailed invitation is for, by its secret. */
  preview(token: string, options?: CallOptions) {
    return this.transport.call('POST /api/v1/invitations/preview', { body: { token } }, options, {
      anonymous: true,
    });
  }

  /** Joins an organization, by the secret of the mailed invitation. */
  accept(token: string, options?: CallOptions) {
    return this.transport.call('POST /api/v1/invitations/accept', { body: { token } }, options);
  }
}

/** What members of an organization may do. */
export class Roles {
  constructor(private readonly transport: Transport) {}

  /** The roles, those of the system first. */
  list(organizationId: string, options?: CallOptions) {
    return this.transport.call(
      'GET /api/v1/organizations/{organization_id}/roles',
      { path: { organization_id: organizationId } },
      options,
    );
  }

  /** Makes a role. */
  create(organizationId: string, request: CreateRoleRequest, options?: CallOptions) {
    return this.transport.call(
      'POST /api/v1/organizations/{organization_id}/roles',
      { path: { organization_id: organizationId }, body: request },
      options,
    );
  }

  /** One role. */
  get(organizationId: string, roleId: string, options?: CallOptions) {
    return this.transport.call(
      'GET /api/v1/organizations/{organization_id}/roles/{role_id}',
      { path: { organization_id: organizationId, role_id: roleId } },
      options,
    );
  }

  /** Changes a role. */
  update(organizationId: string, roleId: string, request: UpdateRoleRequest, options?: CallOptions) {
    return this.transport.call(
      'PATCH /api/v1/organizations/{organization_id}/roles/{role_id}',
      { path: { organization_id: organizationId, role_id: roleId }, body: request },
      options,
    );
  }

  /** Deletes a role that nobody has. */
  async delete(organizationId: string, roleId: string, options?: CallOptions): Promise<void> {
    await this.transport.call(
      'DELETE /api/v1/organizations/{organization_id}/roles/{role_id}',
      { path: { organization_id: organizationId, role_id: roleId } },
      options,
    );
  }
}

/** Domains that an organization has proven to own. */
export class Domains {
  constructor(private readonly transport: Transport) {}

  /** The domains, with the record that proves each. */
  list(organizationId: string, options?: CallOptions) {
    return this.transport.call(
      'GET /api/v1/organizations/{organization_id}/domains',
      { path: { organization_id: organizationId } },
      options,
    );
  }

  /** Claims a domain; `record` is what to put into its DNS. */
  claim(organizationId: string, domain: string, options?: CallOptions) {
    return this.transport.call(
      'POST /api/v1/organizations/{organization_id}/domains',
      { path: { organization_id: organizationId }, body: { domain } },
      options,
    );
  }

  /** Looks for the record now. */
  verify(organizationId: string, domainId: string, options?: CallOptions) {
    return this.transport.call(
      'POST /api/v1/organizations/{organization_id}/domains/{domain_id}/verify',
      { path: { organization_id: organizationId, domain_id: domainId } },
      options,
    );
  }

  /** Gives a domain up. */
  async remove(organizationId: string, domainId: string, options?: CallOptions): Promise<void> {
    await this.transport.call(
      'DELETE /api/v1/organizations/{organization_id}/domains/{domain_id}',
      { path: { organization_id: organizationId, domain_id: domainId } },
      options,
    );
  }
}
