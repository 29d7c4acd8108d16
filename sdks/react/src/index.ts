export { Protect, type ProtectProps, SignedIn, SignedOut } from './gates.js';
export {
  useAuth,
  useJanuaClient,
  useMfa,
  useOrganization,
  usePasskeys,
  useSession,
  useUser,
} from './hooks.js';
export { JanuaProvider, type JanuaProviderProps } from './provider.js';
export type { SessionState } from './session_store.js';
export { MfaChallenge, type MfaChallengeProps, SignIn, type SignInProps } from './sign_in.js';
export type { Localization, Texts } from './texts.js';
export { UserButton, type UserButtonProps } from './user_button.js';
