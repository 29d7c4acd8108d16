import { en } from './en.js';
import { es } from './es.js';
import type { Texts } from './texts.js';

export type { Texts } from './texts.js';

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

/** What to tell people of single fields, by their names. */
export function tellFields(error: unknown, { errors, failed }: Texts): Record<string, string> {
  const { code = '', details = {} } = error as { code?: string; details?: Record<string, unknown> };
  const all = Array.isArray(details.errors) ? details.errors : [{ field: details.field, code }];
  const told: Record<string, string> = {};
  for (const one of all as { field?: unknown; code?: string }[]) {
    if (typeof one.field === 'string') told[one.field] ??= errors[one.code ?? code] ?? failed;
  }
  return told;
}

/** A time as people write it. */
export function when(time: string, { language }: Texts): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(
    new Date(time),
  );
}

/** A text with what is put in. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
