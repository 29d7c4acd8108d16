import { JanuaClient } from '@janua/typescript-sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { faults, newAddress, password, press, shows, signIn, somebody } from './people.js';
import { type Stage, stage } from './stage.js';

describe.each([19, 18] as const)('React %i', (version) => {
  let here: Stage;
  beforeAll(async () => {
    here = await stage(version);
  });
  afterAll(() => here?.stop());

  test('an account is made, and its owner signed in', async () => {
    const email = newAddress();
    const context = await here.context();
    const page = await here.open(context);
    await press(page, 'Create an account');
    await page.getByLabel('First name').fill('Grace');
    await page.getByLabel('E-mail address').fill(email);
    await page.getByLabel('Password').fill('short');
    await press(page, 'Create an account');
    await page.getByText('This password is too short').waitFor();
    expect(await page.getByLabel('Password').evaluate((it) => it === document.activeElement)).toBe(true);
    expect(await faults(page)).toEqual([]);
    await press(page, 'Show');
    await page.getByLabel('Password').fill(password);
    expect(await page.getByLabel('Password').getAttribute('type')).toBe('text');
    await press(page, 'Create an account');
    await shows(page, 'greeted', `${email} true`);
    await shows(page, 'name', 'Grace');
    await context.close();
  });

  test('an address that has an account is told at its field, and leads to the sign-in', async () => {
    const { email } = await somebody(here);
    const context = await here.context();
    const page = await here.open(context, 'en', '#sign-up');
    await page.getByLabel('E-mail address').fill(email);
    await page.getByLabel('Password').fill(password);
    await press(page, 'Create an account');
    await page.getByText('There is an account with this address already.').waitFor();
    await press(page, 'Sign in');
    await signIn(page, email);
    await shows(page, 'greeted', email);
    await context.close();
  });

  test('a forgotten password leads to a mail', async () => {
    const { email, client } = await somebody(here);
    const context = await here.context();
    const page = await here.open(context);
    await press(page, 'Forgotten your password?');
    await page.getByLabel('E-mail address').fill(email);
    await press(page, 'Send me the link');
    await page.getByText(`If ${email} belongs to an account`).waitFor();
    expect(await faults(page)).toEqual([]);
    const mailed = async () => (await client.server.caughtMails({ to: email })).messages;
    await expect.poll(async () => (await mailed()).some(({ subject }) => /Reset/.test(subject))).toBe(true);
    await press(page, 'Back');
    await page.getByLabel('Password').waitFor();
    await context.close();
  });
});

describe('where addresses have to be verified', () => {
  let here: Stage;
  beforeAll(async () => {
    here = await stage(19, { REQUIRE_EMAIL_VERIFICATION: 'true' });
  });
  afterAll(() => here?.stop());

  test('the mail is told of and sent again, after signing up and after trying to sign in', async () => {
    const email = newAddress();
    const client = new JanuaClient({ baseUrl: here.server.url });
    const links = async () =>
      (await client.server.caughtMails({ to: email })).messages.flatMap((one) => one.links);
    const context = await here.context();
    const page = await here.open(context, 'es', '#sign-up');
    await page.getByLabel('Correo electrónico').fill(email);
    await page.getByLabel('Contraseña').fill(password);
    await page.getByRole('button', { name: 'Crear una cuenta' }).click();
    await page.getByText(`Hemos enviado un enlace a ${email}.`).waitFor();
    await shows(page, 'greeted', `${email} false`);
    await page.getByRole('button', { name: 'Enviarlo otra vez' }).click();
    await page.getByText('Otro correo está en camino.').waitFor();

    const again = await here.open(context);
    await signIn(again, email);
    await again.getByText(`We have sent a link to ${email}.`).waitFor();
    await expect.poll(async () => (await links()).length).toBeGreaterThan(0);
    const token = (await links()).map((one) => /[?&#]token=([^&]+)/.exec(one)?.[1]).filter(Boolean);
    await client.auth.verifyEmail(token.at(-1)!);
    await press(again, 'Back');
    await signIn(again, email);
    await shows(again, 'greeted', email);
    await context.close();
  });
});
