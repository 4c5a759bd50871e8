import { createHash } from 'node:crypto';
import { getDomain } from 'tldts';
import type { z } from 'zod';
import { Source } from '../../shared/model/source.js';
import { UsageError } from '../context.js';
import { cut } from '../output.js';
import { type CountryNames, countryOfUrl } from './country.js';

/** Who publishes, from where and in which language, as far as it was said. */
export interface Facts {
  outlet: string | null;
  country: string | null;
  language: string | null;
}

export interface Hints {
  /** Addresses of feed and site, the likeliest to tell the country first. */
  urls: readonly (string | null | undefined)[];
  titles: readonly (string | null | undefined)[];
  languages: readonly (string | null | undefined)[];
}

/** What was stated, else what title, language and address tell. The outlet is always told: at worst it is the domain. */
export function completed(stated: Facts, { urls, titles, languages }: Hints, names: CountryNames): Facts {
  const known = urls.flatMap((url) => (url && URL.canParse(url) ? [url] : []));
  const host = new URL(known[0] ?? 'http://unknown').hostname;
  return {
    outlet: stated.outlet ?? first(titles, outletOf) ?? getDomain(host) ?? host,
    country: stated.country ?? first(known, (url) => countryOfUrl(url, names)),
    language: stated.language ?? first(languages, languageOf),
  };
}

function first<Value, Found>(
  values: readonly (Value | null | undefined)[],
  read: (value: Value) => Found | null,
): Found | null {
  for (const value of values) {
    const found = value === null || value === undefined ? null : read(value);
    if (found !== null) return found;
  }
  return null;
}

const outletOf = (title: string): string | null => cut(title.replace(/\s+/g, ' ').trim(), 80) || null;

/** "en_US", "EN", "en-us" in the form that BCP 47 recommends; null for what is no language. */
function languageOf(said: string): string | null {
  try {
    const [tag] = Intl.getCanonicalLocales(said.trim().replaceAll('_', '-'));
    return tag !== undefined && Source.shape.language.safeParse(tag).success && !/^(?:und|mul|zxx)/.test(tag)
      ? tag
      : null;
  } catch {
    return null;
  }
}

/** Which facts are missing, in words that name the options. */
export function missing({ country, language }: Facts): string[] {
  return [
    ...(country === null ? ['the address does not tell the country: give --country'] : []),
    ...(language === null ? ['it does not say its language: give --language'] : []),
  ];
}

/** What is wrong with which option, with what was given. */
export function saying(error: z.ZodError, given: object): string {
  const values = new Map<PropertyKey, unknown>(Object.entries(given));
  const told = error.issues.map(({ path, message }) => {
    const value = values.get(path.at(-1) ?? '');
    return `${path.join('.')}${value === undefined ? '' : ` "${value}"`}: ${message}`;
  });
  return told.join('\n');
}

/** A short name made of the outlet that none of the taken ones has. */
export function freeId(outlet: string, url: string, taken: ReadonlySet<string>): string {
  const slug =
    outlet
      .normalize('NFKD')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .slice(0, 60)
      .replace(/^-|-$/g, '') || `source-${createHash('sha256').update(url).digest('hex').slice(0, 8)}`;
  for (let number = 1; ; number++) {
    const id = number === 1 ? slug : `${slug}-${number}`;
    if (!taken.has(id)) return id;
  }
}

export function httpAddress(url: string): string {
  if (!URL.canParse(url) || !/^https?:/i.test(url)) throw new UsageError(`"${url}" is not an http(s) address`);
  return url;
}
