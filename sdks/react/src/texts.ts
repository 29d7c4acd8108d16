/** What the components say. */
export interface Texts {
  signIn: string;
  email: string;
  password: string;
  withPasskey: string;
  or: string;
  secondStep: string;
  code: string;
  codeFromApp: string;
  codeBySms: string;
  codeOfRecovery: string;
  useApp: string;
  useSms: string;
  useRecovery: string;
  confirm: string;
  back: string;
  setUpTitle: string;
  setUpHint: string;
  setUpSecret: string;
  recoveryTitle: string;
  recoveryHint: string;
  done: string;
  account: string;
  signOut: string;
  wait: string;
  failed: string;
  unreachable: string;
  errors: Record<string, string>;
}

const en: Texts = {
  signIn: 'Sign in',
  email: 'E-mail address',
  password: 'Password',
  withPasskey: 'Sign in with a passkey',
  or: 'or',
  secondStep: 'Confirm that it is you',
  code: 'Code',
  codeFromApp: 'The six digits that your authenticator app shows',
  codeBySms: 'The digits that we have sent to your telephone',
  codeOfRecovery: 'One of your recovery codes',
  useApp: 'Use the authenticator app',
  useSms: 'Send a code to my telephone',
  useRecovery: 'Use a recovery code',
  confirm: 'Confirm',
  back: 'Back',
  setUpTitle: 'Set up a second factor',
  setUpHint: 'Scan this picture with an authenticator app, then type the six digits that it shows.',
  setUpSecret: 'Or type this into the app:',
  recoveryTitle: 'Keep your recovery codes',
  recoveryHint: 'Each opens your account once if you lose the app. They are shown this once.',
  done: 'I have kept them',
  account: 'Account',
  signOut: 'Sign out',
  wait: 'One moment …',
  failed: 'That did not work. Please try again.',
  unreachable: 'We cannot be reached at the moment. Please try again.',
  errors: {
    INVALID_CREDENTIALS: 'Address or password is wrong.',
    EMAIL_NOT_VERIFIED: 'Please open the mail that we have sent you, and follow its link first.',
    ACCOUNT_LOCKED: 'There were too many tries. Please wait, or set a new password.',
    INVALID_MFA_CODE: 'This code is wrong, or it is over.',
    INVALID_RECOVERY_CODE: 'This recovery code is wrong, or it was used.',
    MFA_TOKEN_INVALID: 'This took too long. Please sign in once more.',
    RATE_LIMITED: 'There were too many tries. Please wait a while.',
    WEBAUTHN_NOT_ALLOWED: 'No passkey was used.',
  },
};

const es: Texts = {
  signIn: 'Iniciar sesión',
  email: 'Correo electrónico',
  password: 'Contraseña',
  withPasskey: 'Entrar con una llave de acceso',
  or: 'o',
  secondStep: 'Confirma que eres tú',
  code: 'Código',
  codeFromApp: 'Los seis dígitos que muestra tu aplicación de autenticación',
  codeBySms: 'Los dígitos que enviamos a tu teléfono',
  codeOfRecovery: 'Uno de tus códigos de recuperación',
  useApp: 'Usar la aplicación de autenticación',
  useSms: 'Enviar un código a mi teléfono',
  useRecovery: 'Usar un código de recuperación',
  confirm: 'Confirmar',
  back: 'Volver',
  setUpTitle: 'Configura un segundo factor',
  setUpHint:
    'Escanea esta imagen con una aplicación de autenticación y escribe los seis dígitos que muestra.',
  setUpSecret: 'O escribe esto en la aplicación:',
  recoveryTitle: 'Guarda tus códigos de recuperación',
  recoveryHint: 'Cada uno abre tu cuenta una vez si pierdes la aplicación. Solo se muestran ahora.',
  done: 'Los he guardado',
  account: 'Cuenta',
  signOut: 'Cerrar sesión',
  wait: 'Un momento …',
  failed: 'No ha funcionado. Inténtalo de nuevo.',
  unreachable: 'Ahora no podemos responder. Inténtalo de nuevo.',
  errors: {
    INVALID_CREDENTIALS: 'El correo o la contraseña no es correcto.',
    EMAIL_NOT_VERIFIED: 'Abre el correo que te enviamos y sigue antes su enlace.',
    ACCOUNT_LOCKED: 'Hubo demasiados intentos. Espera un poco o cambia la contraseña.',
    INVALID_MFA_CODE: 'Este código no es correcto o ha caducado.',
    INVALID_RECOVERY_CODE: 'Este código de recuperación no es correcto o ya se usó.',
    MFA_TOKEN_INVALID: 'Ha pasado demasiado tiempo. Inicia sesión otra vez.',
    RATE_LIMITED: 'Hubo demasiados intentos. Espera un poco.',
    WEBAUTHN_NOT_ALLOWED: 'No se usó ninguna llave de acceso.',
  },
};

/** The language of the components; `texts` replaces single ones. */
export type Localization = 'en' | 'es' | { locale?: 'en' | 'es'; texts?: Partial<Texts> };

export function texts(localization: Localization = 'en'): Texts {
  const { locale = 'en', texts: own = {} } =
    typeof localization === 'string' ? { locale: localization } : localization;
  const base = locale === 'es' ? es : en;
  return { ...base, ...own, errors: { ...base.errors, ...own.errors } };
}

/** What to tell people of an error. */
export function tell(error: unknown, { errors, failed, unreachable }: Texts): string {
  const { code, status } = error as { code?: string; status?: number };
  if (code && errors[code]) return errors[code];
  return status === 0 || status === 503 ? unreachable : failed;
}
