import { claimsOf } from '../../../lib/session';

const notes = new Map<string, string[]>();

/** Whose token came with a request; the cookie is not asked here, so no other site can write notes with it. */
async function caller(request: Request): Promise<string | null> {
  const token = request.headers.get('authorization')?.replace(/^Bearer /, '');
  return (await claimsOf(token))?.sub ?? null;
}

const refused = () => Response.json({ code: 'TOKEN_INVALID' }, { status: 401 });

export async function GET(request: Request): Promise<Response> {
  const user = await caller(request);
  return user ? Response.json(notes.get(user) ?? []) : refused();
}

export async function POST(request: Request): Promise<Response> {
  const user = await caller(request);
  if (!user) return refused();
  const { text } = (await request.json().catch(() => ({}))) as { text?: unknown };
  if (typeof text !== 'string' || text.trim() === '' || text.length > 1000) {
    return Response.json({ code: 'INVALID_FIELD', field: 'text' }, { status: 422 });
  }
  const kept = [...(notes.get(user) ?? []), text.trim()];
  notes.set(user, kept);
  return Response.json(kept, { status: 201 });
}
