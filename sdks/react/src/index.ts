export { Protect, type ProtectProps, SignedIn, SignedOut } from './gates.js';
export {
  useAuth,
  useJanuaClient,
  useMfa,
  useOrganization,
  usePasskeys,
  useSession,
  useSessions,
  useUser,
} from './hooks.js';
export { MfaChallenge, type MfaChallengeProps } from './mfa_challenge.js';
export { OrganizationSwitcher, type OrganizationSwitcherProps } from './organization_switcher.js';
export { JanuaProvider, type JanuaProviderProps } from './provider.js';
export type { SessionState } from './session_store.js';
export { SignIn, type SignInProps } from './sign_in.js';
export { SignUp, type SignUpProps } from './sign_up.js';
export type { Localization, Texts } from './texts/index.js';
export { UserButton, type UserButtonProps } from './user_button.js';
export { UserProfile, type UserProfileProps } from './user_profile.js';
