export { JanuaClient } from './client.js';
export type { JanuaConfig, TokenStorageOptions, TokenStorageType } from './config.js';
export {
  AuthenticationError,
  AuthorizationError,
  BadRequestError,
  ConflictError,
  ExternalServiceError,
  type FieldError,
  InternalError,
  JanuaError,
  NetworkError,
  NotFoundError,
  RateLimitError,
  ServiceUnavailableError,
  StorageError,
  TimeoutError,
  TokenError,
  UnexpectedResponseError,
  ValidationError,
  WebAuthnError,
} from './errors.js';
export type { JanuaEvent, JanuaEvents, Listener } from './events.js';
export type * from './generated/openapi.js';
/** Who has an account. */
export type { Profile as User } from './generated/openapi.js';
export type { MfaRequired, SignedIn, SignInResult } from './modules/auth.js';
export type { Entry, Listing } from './pages.js';
export type { KeyValueStorage } from './token_storage.js';
export type { Answer, CallOptions, Input, OperationName } from './transport.js';
export { type AccessTokenClaims, type VerifyTokenOptions, verifyToken } from './verify_token.js';
export {
  verifyWebhook,
  type WebhookDelivery,
  type WebhookEvent,
  WebhookVerificationError,
} from './verify_webhook.js';
