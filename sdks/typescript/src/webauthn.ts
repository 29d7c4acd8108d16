import { WebAuthnError } from './errors.js';

/** The members of WebAuthn's options whose values are bytes in the browser and base64url in JSON. */
interface JsonOptions {
  challenge: string;
  user?: { id: string; name: string; displayName: string };
  excludeCredentials?: { id: string }[];
  allowCredentials?: { id: string }[];
  [member: string]: unknown;
}

/** Makes a passkey as the server asked, and gives what to answer. */
export async function createCredential(
  json: unknown,
  signal?: AbortSignal,
): Promise<Record<string, unknown>> {
  const { PublicKeyCredential: native } = browser();
  const publicKey = native.parseCreationOptionsFromJSON
    ? native.parseCreationOptionsFromJSON(json as PublicKeyCredentialCreationOptionsJSON)
    : (creationOptions(json as JsonOptions) as unknown as PublicKeyCredentialCreationOptions);
  return ask(() => navigator.credentials.create({ publicKey, signal }), signal);
}

/** Asks for a passkey as the server asked, and gives what to answer. */
export async function getCredential(
  json: unknown,
  mediation?: string | null,
  signal?: AbortSignal,
): Promise<Record<string, unknown>> {
  const { PublicKeyCredential: native } = browser();
  const publicKey = native.parseRequestOptionsFromJSON
    ? native.parseRequestOptionsFromJSON(json as PublicKeyCredentialRequestOptionsJSON)
    : (requestOptions(json as JsonOptions) as unknown as PublicKeyCredentialRequestOptions);
  const how = mediation ? { mediation: mediation as CredentialMediationRequirement } : {};
  return ask(() => navigator.credentials.get({ publicKey, signal, ...how }), signal);
}

/** Whether this browser knows passkeys at all. */
export function knowsPasskeys(): boolean {
  return typeof globalThis.PublicKeyCredential === 'function' && !!globalThis.navigator?.credentials;
}

function browser(): typeof globalThis {
  if (knowsPasskeys()) return globalThis;
  throw new WebAuthnError('This browser has no passkeys', {
    code: 'WEBAUTHN_UNSUPPORTED',
    help: 'Browsers offer them over https and on localhost only.',
  });
}

const advice: Record<string, string> = {
  NotAllowedError: 'The person closed the question, or let it expire; offer to try again.',
  InvalidStateError: 'This authenticator holds a passkey of this account already.',
  SecurityError: "The origin of this page must belong to the server's WEBAUTHN_RP_ID.",
  AbortError: 'Another question for a passkey, or the page itself, has put an end to this one.',
};

async function ask(
  question: () => Promise<Credential | null>,
  signal?: AbortSignal,
): Promise<Record<string, unknown>> {
  let credential: Credential | null;
  try {
    credential = await question();
  } catch (cause) {
    if (signal?.aborted) throw signal.reason;
    const { name, message } = cause as Error;
    throw new WebAuthnError(message, { code: `WEBAUTHN_${reason(name)}`, cause, help: advice[name] ?? null });
  }
  if (!credential) throw new WebAuthnError('The browser gave no passkey', { code: 'WEBAUTHN_NOT_ALLOWED' });
  return credentialJson(credential as PublicKeyCredential);
}

/** `NotAllowedError` as `NOT_ALLOWED`. */
function reason(name: string): string {
  const words = name.replace(/Error$/, '').replace(/([a-z])([A-Z])/g, '$1_$2');
  return words.toUpperCase() || 'FAILED';
}

// What follows is for browsers that are older than WebAuthn Level 3, which gave them methods of their own for it.

function creationOptions(json: JsonOptions): object {
  const user = json.user && { ...json.user, id: bytes(json.user.id) };
  return {
    ...json,
    challenge: bytes(json.challenge),
    user,
    excludeCredentials: withBytes(json.excludeCredentials),
  };
}

function requestOptions(json: JsonOptions): object {
  return { ...json, challenge: bytes(json.challenge), allowCredentials: withBytes(json.allowCredentials) };
}

function withBytes(credentials: { id: string }[] | undefined): object[] | undefined {
  return credentials?.map((one) => ({ ...one, id: bytes(one.id) }));
}

function credentialJson(credential: PublicKeyCredential): Record<string, unknown> {
  // A password manager may put an object of its own in the browser's place, whose toJSON fails.
  try {
    if (typeof credential.toJSON === 'function')
      return credential.toJSON() as unknown as Record<string, unknown>;
  } catch {}
  const { id, rawId, type, authenticatorAttachment } = credential;
  const response: Record<string, unknown> = {};
  const given = credential.response as unknown as Record<string, unknown> & { getTransports?(): string[] };
  for (const member of [
    'clientDataJSON',
    'attestationObject',
    'authenticatorData',
    'signature',
    'userHandle',
  ]) {
    if (given[member]) response[member] = text(given[member] as ArrayBuffer);
  }
  if (given.getTransports) response.transports = given.getTransports();
  return {
    id,
    rawId: text(rawId),
    type,
    authenticatorAttachment: authenticatorAttachment ?? undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  };
}

function bytes(base64url: string): Uint8Array {
  return Uint8Array.from(atob(base64url.replaceAll('-', '+').replaceAll('_', '/')), (one) =>
    one.charCodeAt(0),
  );
}

function text(buffer: ArrayBuffer): string {
  let binary = '';
  for (const byte of new Uint8Array(buffer)) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
