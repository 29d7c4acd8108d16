import { JanuaClient } from '@janua/typescript-sdk';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { totp } from '../../typescript/tests/authenticator_app.js';
import { faults, password, press, shows, signIn, somebody, withAuthenticator } from './people.js';
import { type Stage, stage } from './stage.js';

const part = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

describe.each([19, 18] as const)('React %i', (version) => {
  let here: Stage;
  beforeAll(async () => {
    here = await stage(version, { MFA_TRUSTED_DEVICES: 'true' });
  });
  afterAll(() => here?.stop());

  async function profile(email: string, options = {}) {
    const context = await here.context(options);
    const page = await here.open(context, 'en', '#profile');
    await withAuthenticator(page);
    await signIn(page, email);
    await part(page, 'Devices').waitFor();
    return { page, context };
  }

  test.each(['light', 'dark'] as const)('axe finds nothing wrong with a profile, %s', async (colorScheme) => {
    const { client, email } = await somebody(here);
    const { page, context } = await profile(email, { colorScheme });
    await press(page, 'Change password');
    await press(page, 'Add a passkey');
    await page.getByRole('button', { name: /^Remove: / }).click();
    expect(await faults(page)).toEqual([]);
    await press(page, 'Set up an authenticator app');
    await page.getByLabel('Code').waitFor();
    expect(await faults(page)).toEqual([]);
    expect((await client.users.me()).email).toBe(email);
    await context.close();
  });

  test('names are changed, and what is wrong is told at its field', async () => {
    const { client, email } = await somebody(here);
    const { page, context } = await profile(email);
    await page.getByLabel('First name').fill('Grace');
    await page.getByLabel('Last name').fill('Hopper');
    await page.getByLabel('Username').fill('no spaces here');
    await press(page, 'Save');
    const field = page.getByLabel('Username');
    await page.getByText('3 to 32 letters, digits').waitFor();
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    expect(await field.evaluate((it) => it === document.activeElement)).toBe(true);
    await field.fill(`grace-${Date.now()}`);
    await press(page, 'Save');
    await page.getByText('Saved.').waitFor();
    expect(await client.users.me()).toMatchObject({ first_name: 'Grace', last_name: 'Hopper' });
    await page.getByLabel('Last name').fill('');
    await press(page, 'Save');
    await expect.poll(async () => (await client.users.me()).last_name).toBe(null);
    await context.close();
  });

  test('the password is changed by whoever knows it, and mailed a link for by whoever does not', async () => {
    const { client, email } = await somebody(here);
    const { page, context } = await profile(email);
    await press(page, 'Change password');
    await page.getByLabel('Current password').fill('not this one');
    await page.getByLabel('New password').fill('orbit-velvet-canyon-73');
    await press(page, 'Change password');
    await page.getByText('This is not your current password.').waitFor();
    await page.getByLabel('Current password').fill(password);
    await press(page, 'Change password');
    await page.getByText('your other devices are signed out').waitFor();
    await expect(client.users.me()).rejects.toMatchObject({ code: 'TOKEN_REVOKED' });
    await expect.poll(() => part(page, 'Devices').getByRole('listitem').count()).toBe(1);
    await client.auth.signIn({ email, password: 'orbit-velvet-canyon-73' });
    await press(page, 'Change password');
    await press(page, 'Forgotten your password?');
    await page.getByText(`If ${email} belongs to an account`).waitFor();
    const mailed = () => client.server.caughtMails({ to: email });
    await expect
      .poll(async () => (await mailed()).messages.map((one) => one.subject).join())
      .toMatch(/Reset/);
    await context.close();
  });

  test('an authenticator app is set up, its recovery codes renewed, and turned off again', async () => {
    const { email } = await somebody(here);
    const { page, context } = await profile(email);
    await page.getByText('nothing but your password').waitFor();
    await press(page, 'Set up an authenticator app');
    const secret = (await page.locator('form code').textContent())!;
    await page.getByLabel('Code').fill('000000');
    await press(page, 'Confirm');
    await page.getByText('This code is wrong').waitFor();
    await page.getByLabel('Code').fill(totp(secret));
    await press(page, 'Confirm');
    const codes = part(page, 'Keep your recovery codes').getByRole('listitem');
    await codes.first().waitFor();
    const first = await codes.allTextContents();
    expect(first.length).toBe(10);
    expect(await faults(page)).toEqual([]);
    await press(page, 'I have kept them');
    await page.getByText('10 left').waitFor();
    await press(page, 'New codes');
    await page.getByText('The old codes count no more then.').waitFor();
    await press(page, 'Cancel');
    await press(page, 'New codes');
    await press(page, 'New codes');
    await codes.first().waitFor();
    expect(await codes.allTextContents()).not.toEqual(first);
    await press(page, 'I have kept them');
    await page.getByRole('button', { name: 'Turn off: Authenticator app' }).click();
    await press(page, 'Turn off');
    await page.getByText('nothing but your password').waitFor();
    await context.close();
  });

  test('passkeys are added, renamed and removed', async () => {
    const { client, email } = await somebody(here);
    const { page, context } = await profile(email);
    await press(page, 'Add a passkey');
    await page.getByRole('button', { name: /^Rename: / }).click();
    await page.getByLabel('Name', { exact: true }).fill('My laptop');
    await part(page, 'Passkeys').getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Remove: My laptop' }).click();
    expect((await client.passkeys.list()).passkeys.map(({ name }) => name)).toEqual(['My laptop']);
    await press(page, 'Add a passkey');
    await page.getByText('This device has a passkey of your account already.').waitFor();
    await press(page, 'Remove');
    await page.getByText('With a passkey you sign in by').waitFor();
    await context.close();
  });

  test('other devices are signed out, one and all', async () => {
    const { client, email } = await somebody(here);
    const second = new JanuaClient({ baseUrl: here.server.url });
    await second.auth.signIn({ email, password });
    const { page, context } = await profile(email);
    const devices = part(page, 'Devices').getByRole('listitem');
    expect(await devices.count()).toBe(3);
    await devices
      .getByRole('button', { name: /^Sign out: / })
      .first()
      .click();
    await expect.poll(() => devices.count()).toBe(2);
    await press(page, 'Sign out of all others');
    await expect.poll(() => devices.count()).toBe(1);
    for (const one of [client, second]) {
      await expect(one.users.me()).rejects.toMatchObject({ code: 'TOKEN_REVOKED' });
    }
    await devices.getByText('this one').waitFor();
    await context.close();
  });

  test('where the sign-in had but one factor, a sensitive change asks for the other, and goes on', async () => {
    const { client, email } = await somebody(here);
    const { secret } = await client.mfa.enableTotp({ password });
    const { recovery_codes } = await client.mfa.verifyTotp(totp(secret));
    const context = await here.context();
    const trusting = await here.open(context, 'en', '#remember');
    await signIn(trusting, email);
    await press(trusting, 'Use a recovery code');
    await trusting.getByLabel('Code').fill(recovery_codes[0]!);
    await trusting.getByLabel('Do not ask again in this browser').check();
    await press(trusting, 'Confirm');
    await shows(trusting, 'greeted', email);
    await trusting.getByRole('button', { name: /^Account: / }).click();
    await press(trusting, 'Sign out');
    await trusting.getByLabel('Password').waitFor();
    await trusting.close();

    const page = await here.open(context, 'en', '#profile');
    await signIn(page, email);
    await press(page, 'New codes');
    await press(page, 'New codes');
    const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' });
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await page.getByRole('alert').allTextContents()).toEqual(
      Array(await page.getByRole('alert').count()).fill(''),
    );
    await press(page, 'New codes');
    expect(await faults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Use a recovery code' }).click();
    await dialog.getByLabel('Code').fill('aaaaa-aaaaa');
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await dialog
      .getByText('This code is wrong')
      .or(dialog.getByText('This recovery code is wrong'))
      .waitFor();
    await dialog.getByLabel('Code').fill(recovery_codes[1]!);
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await part(page, 'Keep your recovery codes').waitFor();
    await context.close();
  });

  test('the switcher lets the session act in another organization, and everything that shows it follows', async () => {
    const { client, email } = await somebody(here);
    await client.organizations.create({ name: 'Analytical Engines' });
    const context = await here.context();
    const page = await here.open(context, 'en', '#switcher');
    await signIn(page, email);
    await press(page, 'Organization: Personal account');
    expect(await page.locator('[aria-current]').textContent()).toMatch(/^PAPersonal account/);
    expect(await faults(page)).toEqual([]);
    await shows(page, 'invite', 'may not invite');
    await page.getByRole('button', { name: 'Analytical Engines owner' }).click();
    await page.getByRole('button', { name: 'Organization: Analytical Engines' }).waitFor();
    await shows(page, 'organization', 'Analytical Engines');
    await shows(page, 'invite', 'may invite');
    await press(page, 'Organization: Analytical Engines');
    await press(page, 'Create an organization');
    await page.getByLabel('Name of the organization').fill('Looms');
    await press(page, 'Create');
    await shows(page, 'organization', 'Looms');
    // Another tab has the same session, and shows where it acts.
    const other = await here.open(context, 'en', '#switcher');
    await shows(other, 'organization', 'Looms');
    await press(page, 'Organization: Looms');
    await page.getByRole('button', { name: `Personal account ${email}` }).click();
    for (const tab of [page, other]) {
      await shows(tab, 'organization', 'no organization');
      await shows(tab, 'invite', 'may not invite');
    }
    await context.close();
  });
});
