import { type Browser, chromium } from 'playwright-core';

/** How long a machine that has much else to do may need for one step. */
const PATIENCE_MS = 120_000;

/** The browser that the variable CHROMIUM names. */
export function startChromium(): Promise<Browser> {
  const { CHROMIUM } = process.env;
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'], timeout: PATIENCE_MS });
}

/** Lets a page, or all pages of a context, wait for as long as that. */
export function patient<T extends { setDefaultTimeout(milliseconds: number): void }>(waiting: T): T {
  waiting.setDefaultTimeout(PATIENCE_MS);
  return waiting;
}
