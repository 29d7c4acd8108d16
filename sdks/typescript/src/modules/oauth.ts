import type { CallOptions, Transport } from '../transport.js';

/** Signing in with accounts of other providers, and linking them. */
export class OAuth {
  constructor(private readonly transport: Transport) {}

  /** The providers that this server is configured for. */
  providers(options?: CallOptions) {
    return this.transport.call('GET /api/v1/auth/oauth/providers', {}, options, { anonymous: true });
  }

  /** Where to send the browser to sign in with a provider: `location.href = client.auth.oauth.authorizeUrl('google')`. */
  authorizeUrl(provider: string, query: { redirect_to?: string } = {}): string {
    return this.transport.url('GET /api/v1/auth/oauth/{provider}/authorize', { path: { provider }, query });
  }

  /** The redirect URI to register at a provider. Browsers come back there by GET, Apple's by POST. */
  callbackUrl(provider: string): string {
    return this.transport.url('GET /api/v1/auth/oauth/{provider}/callback', {
      path: { provider },
      query: {} as never,
    });
  }

  /** The linked accounts of whoever is signed in. */
  accounts(options?: CallOptions) {
    return this.transport.call('GET /api/v1/auth/oauth/accounts', {}, options);
  }

  /** Begins to link an account of a provider: send the browser to `authorization_url`. */
  link(provider: string, request: { redirect_to?: string } = {}, options?: CallOptions) {
    return this.transport.call(
      'POST /api/v1/auth/oauth/{provider}/link',
      { path: { provider }, body: request },
      options,
    );
  }

  /** Unlinks an account of a provider. */
  async unlink(provider: string, options?: CallOptions): Promise<void> {
    await this.transport.call('DELETE /api/v1/auth/oauth/{provider}/link', { path: { provider } }, options);
  }
}
