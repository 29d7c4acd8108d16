// A program of somebody who uses the package; it is compiled strictly against what is packed.
import { AuthenticationError, JanuaClient, type SignInResult, type User } from '@janua/typescript-sdk';

const client = new JanuaClient({
  baseURL: 'https://api.janua.dev/',
  autoRefreshTokens: true,
  tokenStorage: {
    type: 'localStorage' as const,
    key: 'janua_auth',
  },
});

client.on('auth:signedIn', ({ user }: { user: User }) => void user.email);
client.on('auth:mfaRequired', ({ methods }) => void methods.join());
// @ts-expect-error: there is no such event any more.
client.on('signIn', (_user: User) => {});

export async function signIn(email: string, password: string): Promise<User | null> {
  try {
    const result: SignInResult = await client.auth.signIn({ email, password });
    if (result.mfa_required) {
      const token: string = result.mfa_token;
      return token ? null : null;
    }
    return result.user;
  } catch (error) {
    if (error instanceof AuthenticationError && error.errorCode === 'INVALID_CREDENTIALS') return null;
    throw error;
  }
}

export async function members(organizationId: string): Promise<string[]> {
  const answer = await client.request('GET /api/v1/organizations/{organization_id}/members', {
    path: { organization_id: organizationId },
    query: { per_page: 100 },
  });
  // @ts-expect-error: the path is not optional.
  await client.request('GET /api/v1/organizations/{organization_id}/members', {}).catch(() => {});
  // @ts-expect-error: no such operation.
  await client.request('GET /api/v1/nothing').catch(() => {});
  return answer.members.map(({ email }) => email);
}
