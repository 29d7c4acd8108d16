import {
  JanuaClient,
  JanuaError,
  verifyToken,
  verifyWebhook,
  WebhookVerificationError,
} from '../src/index.js';

/** What a test asks of the worker. */
export interface Asked {
  baseUrl: string;
  email: string;
  password: string;
  delivery: { body: string; headers: Record<string, string>; secret: string; now: number };
}

/** Does on an edge runtime what an application there does: signs in, acts for a caller, believes tokens and webhooks. */
export default {
  async fetch(request: Request): Promise<Response> {
    const { baseUrl, email, password, delivery } = (await request.json()) as Asked;
    const client = new JanuaClient({ baseUrl });
    const events: string[] = [];
    client.on('auth:signedIn', () => events.push('signedIn'));
    client.on('auth:refreshed', () => events.push('refreshed'));
    const codeOf = (error: unknown) => (error instanceof JanuaError ? error.code : String(error));

    const refused = await client.auth.signIn({ email, password: 'not this one' }).catch(codeOf);
    await client.auth.signIn({ email, password });
    const { access_token } = await client.auth.refresh();
    const claims = await verifyToken(access_token, { issuer: baseUrl });
    const forged = await verifyToken(`${access_token.slice(0, -4)}AAAA`, { issuer: baseUrl }).catch(codeOf);
    const caller = await new JanuaClient({ baseUrl, accessToken: access_token }).users.me();
    let sessions = 0;
    for await (const _ of client.sessions.list({ per_page: 1 })) sessions += 1;
    const away = await new JanuaClient({ baseUrl: 'http://127.0.0.1:9', maxRetries: 0 }).users
      .me()
      .catch(codeOf);
    const event = await verifyWebhook(delivery);
    const changed = await verifyWebhook({ ...delivery, body: `${delivery.body} ` }).catch(
      (error) => error instanceof WebhookVerificationError && error.code,
    );
    await client.auth.signOut();
    const after = await client.users.me().catch(codeOf);
    const answer = {
      refused,
      forged,
      caller: caller.email,
      isCaller: claims.sub === caller.id,
      sessions,
      away,
      event: event.type,
      changed,
      after,
      events,
    };
    return Response.json(answer);
  },
};
