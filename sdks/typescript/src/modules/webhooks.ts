import type {
  CreateWebhookRequest,
  Operations,
  RotateSecretRequest,
  UpdateWebhookRequest,
} from '../generated/openapi.js';
import type { CallOptions, Transport } from '../transport.js';

/** Addresses that events are sent to. */
export class Webhooks {
  constructor(private readonly transport: Transport) {}

  /** The webhooks of an organization, or of the platform. */
  list(query: Operations['GET /api/v1/webhooks']['query'] = {}, options?: CallOptions) {
    return this.transport.list('GET /api/v1/webhooks', { query }, options);
  }

  /** Makes a webhook; `secret` is what `verifyWebhook` needs. */
  create(request: CreateWebhookRequest, options?: CallOptions) {
    return this.transport.call('POST /api/v1/webhooks', { body: request }, options);
  }

  /** One webhook. */
  get(id: string, options?: CallOptions) {
    return this.transport.call('GET /api/v1/webhooks/{id}', { path: { id } }, options);
  }

  /** Changes a webhook, or turns it on again. */
  update(id: string, request: UpdateWebhookRequest, options?: CallOptions) {
    return this.transport.call('PATCH /api/v1/webhooks/{id}', { path: { id }, body: request }, options);
  }

  /** Deletes a webhook. */
  async delete(id: string, options?: CallOptions): Promise<void> {
    await this.transport.call('DELETE /api/v1/webhooks/{id}', { path: { id } }, options);
  }

  /** Sends a test event now, and tells what came of it. */
  test(id: string, options?: CallOptions) {
    return this.transport.call('POST /api/v1/webhooks/{id}/test', { path: { id } }, options);
  }

  /** Replaces the secret; both sign for `overlap_hours`. */
  rotateSecret(id: string, request: RotateSecretRequest, options?: CallOptions) {
    return this.transport.call(
      'POST /api/v1/webhooks/{id}/rotate-secret',
      { path: { id }, body: request },
      options,
    );
  }

  /** What was sent, and what came of it. */
  deliveries(
    id: string,
    query: Operations['GET /api/v1/webhooks/{id}/deliveries']['query'] = {},
    options?: CallOptions,
  ) {
    return this.transport.list('GET /api/v1/webhooks/{id}/deliveries', { path: { id }, query }, options);
  }

  /** Sends a delivery once more. */
  retryDelivery(id: string, deliveryId: string, options?: CallOptions) {
    return this.transport.call(
      'POST /api/v1/webhooks/{id}/deliveries/{delivery_id}/retry',
      { path: { id, delivery_id: deliveryId } },
      options,
    );
  }

  /** The events that there are. */
  eventTypes(options?: CallOptions) {
    return this.transport.call('GET /api/v1/webhooks/events/types', {}, options);
  }
}
