import { JanuaError } from './errors.js';

/** An event as it is delivered. */
export interface WebhookEvent {
  id: string;
  type: string;
  created_at: string;
  api_version: string;
  data: Record<string, unknown>;
}

/** A delivery that is not believed; `code` is `WEBHOOK_SIGNATURE_INVALID` or `WEBHOOK_TIMESTAMP_REFUSED`. */
export class WebhookVerificationError extends JanuaError {
  override readonly name = 'WebhookVerificationError';
}

/** What arrived. */
export interface WebhookDelivery {
  /** The body as it came: parsed and written again, its signature is lost. */
  body: string | Uint8Array;
  /** The headers: those of a Request, or of Node. */
  headers: Headers | Record<string, string | string[] | undefined>;
  /** The secret as it was shown, `whsec_` included; two while one is being replaced. */
  secret: string | string[];
  /** How many seconds old a delivery may be; 300 unless given. */
  tolerance?: number;
  /** The time in seconds, for tests. */
  now?: number;
}

/** Gives the event of a delivery that Janua has signed, and throws for every other. */
export async function verifyWebhook(delivery: WebhookDelivery): Promise<WebhookEvent> {
  const { headers, tolerance = 300, now = Date.now() / 1000 } = delivery;
  const timestamp = header(headers, 'x-janua-timestamp') ?? '';
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now - Number(timestamp)) > tolerance) {
    throw new WebhookVerificationError('The delivery is too old, or its time cannot be read', {
      code: 'WEBHOOK_TIMESTAMP_REFUSED',
      help: 'Is the clock of this machine right?',
    });
  }
  const encoder = new TextEncoder();
  const body = typeof delivery.body === 'string' ? encoder.encode(delivery.body) : delivery.body;
  const message = new Uint8Array([...encoder.encode(`${timestamp}.`), ...body]);
  const given = (header(headers, 'x-janua-signature') ?? '').split(',').map(signatureBytes);
  for (const secret of [delivery.secret].flat()) {
    if (!secret) throw new TypeError('verifyWebhook needs the secret of the webhook');
    const key = await crypto.subtle.importKey(
      'raw',
      encoder.encode(secret),
      { name: 'HMAC', hash: 'SHA-256' },
      false,
      ['verify'],
    );
    for (const signature of given) {
      // The comparison takes the same time wherever the difference is.
      if (signature && (await crypto.subtle.verify('HMAC', key, signature, message))) {
        return JSON.parse(new TextDecoder().decode(body)) as WebhookEvent;
      }
    }
  }
  throw new WebhookVerificationError('The signature of the delivery is not right', {
    code: 'WEBHOOK_SIGNATURE_INVALID',
    help: 'Use the body as it came, before anything parses it, and the secret with its whsec_.',
  });
}

function header(headers: WebhookDelivery['headers'], name: string): string | null {
  if (typeof (headers as Headers).get === 'function') return (headers as Headers).get(name);
  const found = Object.entries(headers).find(([one]) => one.toLowerCase() === name)?.[1];
  return (Array.isArray(found) ? found[0] : found) ?? null;
}

function signatureBytes(text: string): Uint8Array<ArrayBuffer> | null {
  const digits = /^sha256=([0-9a-f]{64})$/.exec(text.trim())?.[1];
  return digits ? Uint8Array.from(digits.match(/../g)!, (pair) => Number.parseInt(pair, 16)) : null;
}
