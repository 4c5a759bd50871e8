import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getPublicSuffix } from 'tldts';
import { parse } from 'yaml';
import { projectDir } from '../../shared/config.js';
import { GAZETTEER_FILES } from '../../shared/text/schema.js';

/** Endings that are a country's by the book, but are sold to everybody: they say nothing of who publishes. */
const SOLD = new Set('ai cc co fm gg io la ly me to tv ws'.split(' '));
/** Endings whose owner the name of a region does not tell. */
const OWNED: ReadonlyMap<string, string> = new Map([
  ['gov', 'USA'],
  ['mil', 'USA'],
  ['int', 'INT'],
  ['eu', 'INT'],
  ['uk', 'GBR'],
  ['su', 'RUS'],
  ['ps', 'PSE'],
  ['cd', 'COD'],
]);

/** Gazetteer codes (ISO 3166-1 alpha-3) by the plain form of each name of the country. */
export type CountryNames = ReadonlyMap<string, string>;

export function loadCountryNames(): CountryNames {
  const file = join(projectDir, 'config', 'gazetteer', 'countries.yaml');
  const { rows } = GAZETTEER_FILES.countries.parse(parse(readFileSync(file, 'utf8')));
  return new Map(rows.flatMap(({ code, names }) => names.map((name) => [plain(name), code] as const)));
}

const regions = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });

/** The country (alpha-3, or INT) that the ending of a host names, as "mod.gov.ge" names Georgia; null when it names none. */
export function countryOfUrl(url: string, names: CountryNames): string | null {
  if (!URL.canParse(url)) return null;
  const labels = getPublicSuffix(new URL(url).hostname)?.split('.') ?? [];
  const ending = labels.at(-1) ?? '';
  const isState = labels.length > 1 && /^(?:gov|gob|gouv|mil)$/.test(labels.at(-2) ?? '');
  const owned = OWNED.get(ending);
  if (owned !== undefined) return owned;
  if (!/^[a-z]{2}$/.test(ending) || (SOLD.has(ending) && !isState)) return null;
  const region = regions.of(ending.toUpperCase());
  return region === undefined ? null : (names.get(plain(region)) ?? null);
}

/** "Côte d’Ivoire" and "Cote d'Ivoire", "Trinidad & Tobago" and "Trinidad and Tobago" are one. */
function plain(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}|\(.*\)/gu, '')
    .replaceAll('&', ' and ')
    .replace(/\bst\.? /gi, 'saint ')
    .replace(/[^\p{L}]+/gu, ' ')
    .trim()
    .toLowerCase();
}
