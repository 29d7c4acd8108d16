// Notes that each person keeps for themselves, and what Janua tells by a webhook: an API that believes access tokens.
import { fileURLToPath } from 'node:url';
import { JanuaError, verifyToken, verifyWebhook, WebhookVerificationError } from '@janua/typescript-sdk';
import express from 'express';

const {
  JANUA_BASE_URL: janua = 'http://localhost:4100',
  JANUA_WEBHOOK_SECRET: secret,
  PORT: port = '3001',
} = process.env;
const MOST_EVENTS = 100;
const notes = new Map();
const events = [];

const app = express();
app.disable('x-powered-by');

// A webhook is believed by its signature over the body as it came, so nothing may parse the body before.
app.post('/webhooks/janua', express.raw({ type: '*/*', limit: '1mb' }), async (request, response) => {
  if (!secret) return response.status(503).json({ code: 'NO_WEBHOOK_SECRET' });
  try {
    const { id, type, created_at } = await verifyWebhook({
      body: request.body,
      headers: request.headers,
      secret,
    });
    // The same event may come more than once.
    if (!events.some((one) => one.id === id)) events.unshift({ id, type, created_at });
    events.length = Math.min(events.length, MOST_EVENTS);
    response.sendStatus(204);
  } catch (error) {
    if (!(error instanceof WebhookVerificationError)) throw error;
    response.status(400).json({ code: error.code });
  }
});

/** Lets in whoever shows an access token of Janua, as `request.claims`. */
async function signedIn(request, response, next) {
  const token = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
  try {
    request.claims = await verifyToken(token, { issuer: janua });
  } catch (error) {
    if (!(error instanceof JanuaError) || !error.code.startsWith('TOKEN_')) throw error;
    return response.status(401).json({ code: error.code });
  }
  next();
}

app.use('/api', signedIn, express.json({ limit: '10kb' }));

app.get('/api/notes', ({ claims }, response) => {
  response.json(notes.get(claims.sub) ?? []);
});

app.post('/api/notes', ({ claims, body }, response) => {
  const text = typeof body?.text === 'string' ? body.text.trim() : '';
  if (!text || text.length > 1000) return response.status(422).json({ code: 'INVALID_FIELD', field: 'text' });
  notes.set(claims.sub, [...(notes.get(claims.sub) ?? []), text]);
  response.status(201).json(notes.get(claims.sub));
});

// Each person sees what was told of them all: in an application of your own this is for its operators.
app.get('/api/events', (_, response) => {
  response.json(events);
});

// The page: it signs people in by itself, and shows their tokens to the API.
const folder = (path) => fileURLToPath(new URL(path, import.meta.url));
app.get('/config.json', (_, response) => {
  response.json({ baseUrl: janua });
});
app.use('/sdk', express.static(folder('node_modules/@janua/typescript-sdk/dist/esm')));
app.use(express.static(folder('public')));

app.use((error, _request, response, _next) => {
  const status = error.status >= 400 && error.status < 500 ? error.status : 503;
  if (status === 503) console.error(error);
  response.status(status).json({ code: status === 503 ? 'UNAVAILABLE' : 'BAD_REQUEST' });
});

app.listen(Number(port), 'localhost', () => {
  console.log(`Notes on http://localhost:${port}, with Janua at ${janua}`);
});
