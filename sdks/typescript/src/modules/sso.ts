import type {
  CreateSsoConnectionRequest,
  CreateSsoSetupLinkRequest,
  LinkSsoRequest,
  Operations,
  RotateSsoKeyRequest,
  SsoInitiateRequest,
  UpdateSsoConnectionRequest,
} from '../generated/openapi.js';
import type { CallOptions, Transport } from '../transport.js';

/** Single sign-on: signing in at the identity provider of an organization, and connecting one. */
export class Sso {
  constructor(private readonly transport: Transport) {}

  /** Begins a sign-in: send the browser to `redirect_url`. In browsers the answer also sets the cookie for the way back. */
  initiate(request: SsoInitiateRequest, options?: CallOptions) {
    return this.transport.call('POST /api/v1/sso/initiate', { body: request }, options, { anonymous: true });
  }

  /** Whether people of a domain sign in at an identity provider, and whether they must. */
  domain(domain: string, options?: CallOptions) {
    return this.transport.call('GET /api/v1/sso/domains/{domain}', { path: { domain } }, options, {
      anonymous: true,
    });
  }

  /** The address to register at an identity provider. Browsers come back there: by GET, or, where it speaks SAML, by POST. */
  callbackUrl(): string {
    return this.transport.url('GET /api/v1/sso/callback', { query: {} as never });
  }

  /** Where our metadata stand for the identity provider of a connection that speaks SAML. It fetches them itself. */
  metadataUrl(id: string): string {
    return this.transport.url('GET /api/v1/sso/connections/{id}/metadata', { path: { id } });
  }

  /** Where providers that speak SAML send messages about signing out, by GET or POST. */
  logoutUrl(): string {
    return this.transport.url('GET /api/v1/sso/saml/slo', { query: {} as never });
  }

  /** Where a provider finds the public half of the key of a connection with `private_key_jwt`. */
  keysUrl(id: string): string {
    return this.transport.url('GET /api/v1/sso/connections/{id}/jwks', { path: { id } });
  }

  /** Announces another key of our own for a connection of SAML, or begins to use the one that was announced. */
  rotateKey(id: string, request: RotateSsoKeyRequest, options?: CallOptions) {
    return this.transport.call(
      'POST /api/v1/sso/connections/{id}/rotate-key',
      { path: { id }, body: request },
      options,
    );
  }

  /** Makes a link with which whoever runs the identity provider fills in the connection, without an account here. */
  createSetupLink(id: string, request: CreateSsoSetupLinkRequest = {}, options?: CallOptions) {
    return this.transport.call(
      'POST /api/v1/sso/connections/{id}/setup-link',
      { path: { id }, body: request },
      options,
    );
  }

  /** Withdraws that link; whoever has begun with it goes no further. */
  withdrawSetupLink(id: string, options?: CallOptions) {
    return this.transport.call('DELETE /api/v1/sso/connections/{id}/setup-link', { path: { id } }, options);
  }

  /** What one holds at the identity providers of one's organizations and opens one's account, and what may be linked. */
  links(options?: CallOptions) {
    return this.transport.call('GET /api/v1/users/me/sso/connections', {}, options);
  }

  /** Begins to link: send the browser to `redirect_url`. Needs a recent sign-in. */
  link(id: string, request: LinkSsoRequest = {}, options?: CallOptions) {
    return this.transport.call(
      'POST /api/v1/users/me/sso/connections/{id}/link',
      { path: { id }, body: request },
      options,
    );
  }

  /** Unlinks; the sessions that began there end. Never the last way in. Needs a recent sign-in. */
  async unlink(id: string, options?: CallOptions): Promise<void> {
    await this.transport.call('DELETE /api/v1/users/me/sso/connections/{id}/link', { path: { id } }, options);
  }

  /** The connections of an organization, or of all that one looks after. */
  connections(query: Operations['GET /api/v1/sso/connections']['query'] = {}, options?: CallOptions) {
    return this.transport.call('GET /api/v1/sso/connections', { query }, options);
  }

  /** Adds a connection. It signs nobody in before it is enabled. */
  create(request: CreateSsoConnectionRequest, options?: CallOptions) {
    return this.transport.call('POST /api/v1/sso/connections', { body: request }, options);
  }

  /** One connection. */
  get(id: string, options?: CallOptions) {
    return this.transport.call('GET /api/v1/sso/connections/{id}', { path: { id } }, options);
  }

  /** Changes a connection, or enables and disables it. */
  update(id: string, request: UpdateSsoConnectionRequest, options?: CallOptions) {
    return this.transport.call(
      'PATCH /api/v1/sso/connections/{id}',
      { path: { id }, body: request },
      options,
    );
  }

  /** Deletes a connection. */
  async delete(id: string, options?: CallOptions): Promise<void> {
    await this.transport.call('DELETE /api/v1/sso/connections/{id}', { path: { id } }, options);
  }

  /** Looks at all that a sign-in needs, and gives an address to try it at. */
  test(id: string, options?: CallOptions) {
    return this.transport.call('POST /api/v1/sso/connections/{id}/test', { path: { id } }, options);
  }
}
