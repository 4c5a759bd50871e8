import { eld } from 'eld/extrasmall';
import type { LinkedData } from './jsonld.js';
import type { Page } from './page.js';
import { meta } from './title.js';

const MIN_LETTERS = 40;
/** Enough for the detector, which takes time by length. */
const SAMPLE_CHARS = 300;
/** Languages that the detector mistakes for one another: the page's own word decides among them. */
const KIN = [
  ['hr', 'sr', 'bs', 'sl', 'sh'],
  ['no', 'nb', 'nn', 'da'],
  ['cs', 'sk'],
  ['id', 'ms'],
  ['ru', 'bg', 'uk', 'be', 'mk'],
  ['tr', 'az'],
  ['es', 'ca', 'gl', 'pt'],
  ['fa', 'ur', 'ar', 'ps', 'ku', 'ckb'],
  ['hi', 'mr', 'ne'],
];
const ALIASES: Record<string, string> = { nb: 'no', nn: 'no', iw: 'he', in: 'id', sh: 'sr', tl: 'fil' };

/** BCP 47 primary language of the article: what the text looks like, unless the page states a near relative of it; `und` when neither tells. */
export function findLanguage(page: Page, data: LinkedData, text: string): string {
  const stated =
    primary(page.language) ??
    primary(meta(page, 'og:locale')) ??
    primary(meta(page, 'content-language')) ??
    primary(meta(page, 'language')) ??
    primary(data.language);
  const sample = text.slice(0, SAMPLE_CHARS);
  if (lettersOf(sample) < MIN_LETTERS) return stated ?? 'und';
  const result = eld.detect(sample);
  const seen = primary(result.language);
  if (!seen) return stated ?? 'und';
  if (!stated || stated === seen) return seen;
  const kin = KIN.some((family) => family.includes(stated) && family.includes(seen));
  return kin || !result.isReliable() ? stated : seen;
}

/** BCP 47 primary language that a bare text looks like; `und` when it is too short or unlike any. */
export function languageOfText(text: string): string {
  const sample = text.slice(0, SAMPLE_CHARS);
  if (lettersOf(sample) < MIN_LETTERS) return 'und';
  return primary(eld.detect(sample).language) ?? 'und';
}

const lettersOf = (text: string): number => text.match(/\p{L}/gu)?.length ?? 0;

function primary(tag: string | null): string | null {
  const match = /^\s*([a-z]{2,3})(?![a-z])/i.exec(tag ?? '');
  const code = match?.[1]?.toLowerCase();
  return code ? (ALIASES[code] ?? code) : null;
}
