import { JanuaClient } from '@janua/typescript-sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { totp } from '../../typescript/tests/authenticator_app.js';
import { faults, password, shows, signIn, somebody, withAuthenticator } from './people.js';
import { type Stage, stage } from './stage.js';

describe.each([19, 18] as const)('React %i', (version) => {
  let here: Stage;
  beforeAll(async () => {
    here = await stage(version);
  });
  afterAll(() => here?.stop());

  test('signs in after a wrong password, stays so after a reload, and signs out', async () => {
    const { email } = await somebody(here);
    const context = await here.context();
    const page = await here.open(context);
    await signIn(page, email, 'wrong');
    await page.getByRole('alert').getByText('Address or password is wrong.').waitFor();
    await signIn(page, email);
    await shows(page, 'greeted', email);
    await shows(page, 'name', 'Ada');
    const again = await here.open(context);
    await shows(again, 'name', 'Ada');
    await again.getByRole('button', { name: 'Account: Ada' }).click();
    await again.getByText(email).waitFor();
    await again.keyboard.press('Escape');
    await again.getByText(email).waitFor({ state: 'detached' });
    expect(await again.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
      'Account: Ada',
    );
    await again.keyboard.press('Enter');
    await again.getByRole('button', { name: 'Sign out' }).click();
    await again.getByLabel('Password').waitFor();
    // The other tab is told.
    await page.getByLabel('Password').waitFor();
    await context.close();
  });

  test.each(['light', 'dark'] as const)('axe finds nothing wrong, %s', async (colorScheme) => {
    const { email } = await somebody(here);
    const context = await here.context({ colorScheme });
    const page = await here.open(context);
    await signIn(page, email, 'wrong');
    await page.getByRole('alert').getByText('Address or password is wrong.').waitFor();
    expect(await faults(page)).toEqual([]);
    await signIn(page, email);
    await page.getByRole('button', { name: 'Account: Ada' }).click();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    expect(await faults(page)).toEqual([]);
    await context.close();
  });

  test('asks for a second factor, by app or by a recovery code', async () => {
    const { client, email } = await somebody(here);
    const { secret } = await client.mfa.enableTotp({ password });
    const { recovery_codes } = await client.mfa.verifyTotp(totp(secret));
    const context = await here.context();
    const page = await here.open(context);
    await signIn(page, email);
    await page.getByLabel('Code').fill('000000');
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('alert').getByText('This code is wrong, or it is over.').waitFor();
    expect(await faults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Use a recovery code' }).click();
    await page.getByLabel('Code').fill(` ${recovery_codes[0]} `);
    await page.getByRole('button', { name: 'Confirm' }).click();
    await shows(page, 'greeted', email);
    await shows(page, 'factors', 'true');
    await context.close();
  });

  test('the hooks load and change what belongs to the person', async () => {
    const { client, email } = await somebody(here);
    await client.organizations.create({ name: 'Engines' });
    const context = await here.context();
    const page = await here.open(context);
    await withAuthenticator(page);
    await signIn(page, email);
    await shows(page, 'device', 'this session');
    await shows(page, 'factors', 'false');
    await page.getByRole('button', { name: 'Rename' }).click();
    await shows(page, 'name', 'Grace');
    await page.getByRole('button', { name: 'Act in Engines' }).click();
    await shows(page, 'organization', 'Engines');
    await page.getByRole('button', { name: 'Add passkey' }).click();
    await shows(page, 'passkeys', 'Laptop');
    await page.getByRole('button', { name: 'Account: Grace' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await shows(page, 'greeted', email);
    await shows(page, 'name', 'Grace');
    await context.close();
  });

  test('<Protect> shows its children to whoever may, and the fallback to others', async () => {
    const owner = await somebody(here);
    const { id } = await owner.client.organizations.create({ name: 'Looms' });
    await owner.client.auth.actIn(id);
    const kept = (await owner.client.auth.refresh()) as object;
    const context = await here.context();
    await context.addInitScript((tokens) => localStorage.setItem('janua_auth', tokens), JSON.stringify(kept));
    const page = await here.open(context);
    await shows(page, 'invite', 'may invite');
    await context.close();

    const stranger = await somebody(here);
    const other = await here.context();
    const theirs = await here.open(other);
    await signIn(theirs, stranger.email);
    await shows(theirs, 'invite', 'may not invite');
    await other.close();
  });

  test('while the server is away nobody is taken for signed out, and it is asked again', async () => {
    const { email } = await somebody(here);
    const context = await here.context();
    const before = await here.open(context);
    await signIn(before, email);
    await shows(before, 'greeted', email);
    await context.route(`${here.server.url}/**`, (route) => route.abort('connectionrefused'));
    const page = await here.open(context);
    await shows(page, 'state', 'false NETWORK_ERROR');
    expect(await page.getByLabel('Password').count()).toBe(0);
    await context.unroute(`${here.server.url}/**`);
    await page.evaluate(() => globalThis.dispatchEvent(new Event('online')));
    await shows(page, 'name', 'Ada');
    await context.close();
  });

  test('a session that was ended elsewhere shows the form again, and why', async () => {
    const { client, email } = await somebody(here);
    const context = await here.context();
    const page = await here.open(context);
    await signIn(page, email);
    await shows(page, 'invite', 'may not invite');
    await page.waitForLoadState('networkidle');
    await client.sessions.revokeOthers();
    await page.getByRole('button', { name: 'Rename' }).click();
    await page.getByLabel('Password').waitFor();
    await shows(page, 'state', 'true TOKEN_REVOKED');
    await context.close();
  });

  test('a page that a server has rendered is taken over as it is, and Janua is asked afterwards', async () => {
    const { client, email } = await somebody(here);
    const context = await here.context();
    const first = await here.open(context);
    await signIn(first, email);
    await shows(first, 'name', 'Ada');
    const user = { ...(await client.users.me()), first_name: 'from the server' };
    const complaints: string[] = [];
    const page = await context.newPage();
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    await page.goto(here.app);
    let open: () => void = () => {};
    const gate = new Promise<void>((done) => {
      open = done;
    });
    await page.route('**/users/me', async (route) => {
      await gate;
      await route.continue();
    });
    await page.evaluate(
      ([baseUrl, user]) => {
        document.getElementById('root')!.innerHTML = '<main><p data-testid="name">from the server</p></main>';
        hydrate({ baseUrl }, user);
      },
      [here.server.url, user] as const,
    );
    await page.waitForRequest('**/users/me');
    await shows(page, 'name', 'from the server');
    open();
    await shows(page, 'name', 'Ada');
    // Whom the server took for signed in, although this browser has no session.
    const other = await here.context();
    const stranger = await other.newPage();
    stranger.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    await stranger.goto(here.app);
    await stranger.evaluate(
      ([baseUrl, user]) => {
        document.getElementById('root')!.innerHTML = '<main><p data-testid="name">from the server</p></main>';
        hydrate({ baseUrl }, user);
      },
      [here.server.url, user] as const,
    );
    await shows(stranger, 'name', 'nobody');
    expect(complaints).toEqual([]);
    await context.close();
    await other.close();
  });

  test('speaks Spanish', async () => {
    const context = await here.context();
    const page = await here.open(context, 'es');
    await page.getByRole('heading', { name: 'Iniciar sesión' }).waitFor();
    await page.getByLabel('Correo electrónico').fill('nobody@example.com');
    await page.getByLabel('Contraseña').fill('wrong');
    await page.getByRole('button', { name: 'Iniciar sesión' }).click();
    await page.getByRole('alert').getByText('El correo o la contraseña no es correcto.').waitFor();
    await context.close();
  });
});

describe('where everyone must have a second factor', () => {
  let here: Stage;
  beforeAll(async () => {
    here = await stage(19, { MFA_REQUIRED: 'everyone' });
  });
  afterAll(() => here?.stop());

  test('it is set up during the sign-in, and the recovery codes are shown', async () => {
    const email = 'new@example.com';
    await new JanuaClient({ baseUrl: here.server.url }).auth.signUp({ email, password });
    const context = await here.context();
    const page = await here.open(context);
    await signIn(page, email);
    const secret = (await page.locator('form code').textContent())!;
    expect(await faults(page)).toEqual([]);
    await page.getByLabel('Code').fill(totp(secret));
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('heading', { name: 'Keep your recovery codes' }).waitFor();
    expect(await page.getByRole('listitem').count()).toBe(10);
    await page.getByRole('button', { name: 'I have kept them' }).click();
    await shows(page, 'greeted', email);
    await context.close();
  });
});
