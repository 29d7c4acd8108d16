import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { JanuaClient } from '@janua/typescript-sdk';
import type { Page } from 'playwright-core';
import type { Stage } from './stage.js';

export const password = 'harbour-cello-tundra-48';
let people = 0;

/** An address that nobody else uses. */
export function newAddress(): string {
  people += 1;
  return `person-${process.pid}-${people}-${Date.now()}@example.com`;
}

/** Somebody new, with a client of their own beside the browser. */
export async function somebody(here: Stage) {
  const client = new JanuaClient({ baseUrl: here.server.url });
  const email = newAddress();
  await client.auth.signUp({ email, password, first_name: 'Ada' });
  return { client, email };
}

export async function signIn(page: Page, email: string, given = password): Promise<void> {
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(given);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

export const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

export const shows = (page: Page, id: string, text: string) =>
  page.getByTestId(id).getByText(text, { exact: true }).waitFor();

/** What axe finds wrong with a page. */
export async function faults(page: Page): Promise<string[]> {
  const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(source);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  });
}

/** Gives the page's browser an authenticator that always agrees. */
export async function withAuthenticator(page: Page): Promise<void> {
  const protocol = await page.context().newCDPSession(page);
  await protocol.send('WebAuthn.enable');
  await protocol.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}
