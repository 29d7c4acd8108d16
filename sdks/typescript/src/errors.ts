import type { ErrorBody } from './generated/openapi.js';

/** What an error is made of; all but the message may be missing. */
export interface ErrorFields {
  code?: string;
  errorClass?: string;
  status?: number;
  requestId?: string | null;
  details?: Record<string, unknown>;
  help?: string | null;
  retryAfter?: number | null;
  cause?: unknown;
}

/** Everything that a call of this library throws by itself. */
export class JanuaError extends Error {
  override readonly name: string = 'JanuaError';
  /** The most specific reason, to switch on: `INVALID_CREDENTIALS`, `TOKEN_EXPIRED` … */
  readonly code: string;
  /** The same as `code`. */
  readonly errorCode: string;
  /** The class that the server named: `AUTHENTICATION_ERROR` … */
  readonly errorClass: string;
  /** The HTTP status, or 0 when no answer came. */
  readonly status: number;
  /** What the server's log knows this call by. */
  readonly requestId: string | null;
  /** What else the server told: `field`, `reason`, `errors`, `locked_until` … */
  readonly details: Record<string, unknown>;
  /** The name of the trouble in Janua's guide (`JD-…`), or a sentence that says what to do. */
  readonly help: string | null;
  /** After how many seconds it is worth trying again. */
  readonly retryAfter: number | null;

  constructor(message: string, fields: ErrorFields = {}) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.code = fields.code ?? 'UNKNOWN';
    this.errorCode = this.code;
    this.errorClass = fields.errorClass ?? this.code;
    this.status = fields.status ?? 0;
    this.requestId = fields.requestId ?? null;
    this.details = fields.details ?? {};
    this.help = fields.help ?? null;
    this.retryAfter = fields.retryAfter ?? null;
  }
}

/** 400, 405, 413, 414, 415: the request itself was not acceptable. */
export class BadRequestError extends JanuaError {
  override readonly name = 'BadRequestError';
}
/** 401: sign-in was refused, or the call needs one. */
export class AuthenticationError extends JanuaError {
  override readonly name: string = 'AuthenticationError';
}
/** 401: a token, or the secret of a mailed link, does not count. */
export class TokenError extends AuthenticationError {
  override readonly name = 'TokenError';
}
/** 403: known, but not permitted. */
export class AuthorizationError extends JanuaError {
  override readonly name = 'AuthorizationError';
}
/** 404 and 410: not there, or not there any more. */
export class NotFoundError extends JanuaError {
  override readonly name = 'NotFoundError';
}
/** 409: it would clash with what is there. */
export class ConflictError extends JanuaError {
  override readonly name = 'ConflictError';
}

/** One field that was not acceptable. */
export interface FieldError {
  field: string;
  code?: string;
  reason?: string;
}

/** 422: values that are not acceptable; `fields` names them all. */
export class ValidationError extends JanuaError {
  override readonly name = 'ValidationError';

  /** Every field that was not acceptable, the first one first. */
  get fields(): FieldError[] {
    const { errors, field, reason } = this.details;
    if (Array.isArray(errors)) return errors as FieldError[];
    return typeof field === 'string'
      ? [{ field, code: this.code, reason: reason as string | undefined }]
      : [];
  }
}
/** 429: too many; `retryAfter` tells the seconds. */
export class RateLimitError extends JanuaError {
  override readonly name = 'RateLimitError';
}
/** 500: a bug of the server. */
export class InternalError extends JanuaError {
  override readonly name = 'InternalError';
}
/** 502: what stands behind the server, or the proxy before it, failed. */
export class ExternalServiceError extends JanuaError {
  override readonly name = 'ExternalServiceError';
}
/** 503: overloaded, in maintenance, or without its database. */
export class ServiceUnavailableError extends JanuaError {
  override readonly name = 'ServiceUnavailableError';
}
/** No answer came: server down, no network, a name that does not resolve, or CORS. */
export class NetworkError extends JanuaError {
  override readonly name: string = 'NetworkError';
}
/** No answer came in time. */
export class TimeoutError extends NetworkError {
  override readonly name = 'TimeoutError';
}
/** An answer that is not Janua's: a page instead of JSON, or JSON that breaks off. */
export class UnexpectedResponseError extends JanuaError {
  override readonly name = 'UnexpectedResponseError';
}
/** The browser, the authenticator or the person did not finish a passkey; `cause` is the browser's own error. */
export class WebAuthnError extends JanuaError {
  override readonly name = 'WebAuthnError';
}
/** Tokens could not be kept where they should be. */
export class StorageError extends JanuaError {
  override readonly name = 'StorageError';
}

type ErrorClass = new (message: string, fields?: ErrorFields) => JanuaError;

const byClass: Record<string, ErrorClass> = {
  BAD_REQUEST: BadRequestError,
  AUTHENTICATION_ERROR: AuthenticationError,
  EMAIL_NOT_VERIFIED: AuthenticationError,
  ACCOUNT_LOCKED: AuthenticationError,
  SSO_AUTHENTICATION_ERROR: AuthenticationError,
  TOKEN_ERROR: TokenError,
  AUTHORIZATION_ERROR: AuthorizationError,
  NOT_FOUND_ERROR: NotFoundError,
  CONFLICT_ERROR: ConflictError,
  VALIDATION_ERROR: ValidationError,
  RATE_LIMIT_ERROR: RateLimitError,
  INTERNAL_ERROR: InternalError,
  EXTERNAL_SERVICE_ERROR: ExternalServiceError,
  SERVICE_UNAVAILABLE: ServiceUnavailableError,
};

const byStatus: Record<number, ErrorClass> = {
  400: BadRequestError,
  401: AuthenticationError,
  403: AuthorizationError,
  404: NotFoundError,
  405: BadRequestError,
  409: ConflictError,
  410: NotFoundError,
  413: BadRequestError,
  414: BadRequestError,
  415: BadRequestError,
  422: ValidationError,
  429: RateLimitError,
  500: InternalError,
  502: ExternalServiceError,
  503: ServiceUnavailableError,
};

/** The seconds of a Retry-After header, which may also be a date; null when nobody can read it. */
export function retryAfterSeconds(header: string | null, now: number = Date.now()): number | null {
  if (!header) return null;
  if (/^\s*\d+\s*$/.test(header)) return Number(header);
  const at = / GMT$/.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(0, (at - now) / 1000);
}

/** The error that an answer stands for, given its text. */
export function errorFromAnswer(response: Response, text: string): JanuaError {
  const { status, headers } = response;
  const requestId = headers.get('x-request-id');
  const told = retryAfterSeconds(headers.get('retry-after'));
  const body = parseErrorBody(text);
  if (!body) return unexpectedAnswer(response, text);
  const details = (body.details ?? {}) as Record<string, unknown>;
  const known = byClass[body.error] ?? byStatus[status] ?? JanuaError;
  return new known(body.message ?? `The server answered ${status}`, {
    code: body.code ?? body.error,
    errorClass: body.error,
    status,
    requestId: body.request_id ?? requestId,
    details,
    help: typeof details.help === 'string' ? details.help : null,
    retryAfter: told ?? (typeof details.retry_after === 'number' ? details.retry_after : null),
  });
}

/** An answer that is not Janua's; its class goes by the status alone. */
export function unexpectedAnswer(response: Response, text: string): JanuaError {
  const { status, headers } = response;
  const type = headers.get('content-type')?.split(';')[0] || 'an empty body';
  const known = response.ok ? UnexpectedResponseError : (byStatus[status] ?? UnexpectedResponseError);
  return new known(`The server answered ${status} with ${type} where JSON of Janua was expected`, {
    code: 'UNEXPECTED_RESPONSE',
    status,
    requestId: headers.get('x-request-id'),
    details: { content_type: headers.get('content-type'), beginning: text.slice(0, 200) },
    help: 'Check that baseUrl leads to Janua, and what a proxy in between answers by itself.',
    retryAfter: retryAfterSeconds(headers.get('retry-after')),
  });
}

function parseErrorBody(text: string): (Partial<ErrorBody> & { error: string }) | null {
  try {
    const body = JSON.parse(text);
    return typeof body?.error === 'string' ? body : null;
  } catch {
    return null;
  }
}
