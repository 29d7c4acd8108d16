import type { Operations } from '../generated/openapi.js';
import type { CallOptions, Transport } from '../transport.js';

/** How the server does, and what it tells everybody. */
export class Server {
  constructor(private readonly transport: Transport) {}

  /** Whether it and what it needs are healthy. */
  health(options?: CallOptions) {
    return this.transport.call('GET /health', {}, options, { anonymous: true });
  }

  /** The same with latencies, pools and queues; administrators see the texts of errors. */
  detailedHealth(options?: CallOptions) {
    return this.transport.call('GET /health/detailed', {}, options);
  }

  /** Whether it takes requests; throws a ServiceUnavailableError where it does not. */
  ready(options?: CallOptions) {
    return this.transport.call('GET /ready', {}, options, { anonymous: true });
  }

  /** Whether it lives at all. */
  live(options?: CallOptions) {
    return this.transport.call('GET /live', {}, options, { anonymous: true });
  }

  /** How the circuit breaker in front of Redis stands. */
  circuitBreaker(options?: CallOptions) {
    return this.transport.call('GET /api/v1/health/circuit-breaker', {}, options, { anonymous: true });
  }

  /** The keys that access tokens are verified with; see `verifyToken`. */
  jwks(options?: CallOptions) {
    return this.transport.call('GET /.well-known/jwks.json', {}, options, { anonymous: true });
  }

  /** The origins whose pages may use this server's passkeys. */
  relatedOrigins(options?: CallOptions) {
    return this.transport.call('GET /.well-known/webauthn', {}, options, { anonymous: true });
  }

  /** The pages where passkeys are added and managed. */
  passkeyEndpoints(options?: CallOptions) {
    return this.transport.call('GET /.well-known/passkey-endpoints', {}, options, { anonymous: true });
  }

  /** Mails that were caught instead of sent; during development only. */
  caughtMails(query: Operations['GET /dev/mail/messages']['query'] = {}, options?: CallOptions) {
    return this.transport.call('GET /dev/mail/messages', { query }, options, { anonymous: true });
  }

  /** Its figures in Prometheus' form. */
  async metrics(options?: CallOptions): Promise<string> {
    return (await this.transport.stream('GET /metrics', {}, options)).text();
  }
}
