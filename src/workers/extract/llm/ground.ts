import type { ArticleText } from '../../../shared/model/article.js';
import type { EventDate, ExtractedRecord, LlmReport, Span } from '../../../shared/model/record.js';
import { type Document, type Reading, readDocument } from '../../../shared/text/document.js';
import { findMentions } from '../../../shared/text/mentions.js';
import type { Rules } from '../../../shared/text/rules.js';
import { tokenize } from '../../../shared/text/tokens.js';
import type { Time } from '../calendar.js';
import { codesFor } from '../codes.js';
import { calendarOf } from '../dates.js';
import { fieldsOf } from '../fields.js';
import type { Answer, ToldAct } from './answer.js';

export interface Grounded {
  records: ExtractedRecord[];
  dropped: LlmReport['dropped'];
}

/** A model's word that the text bears out is worth something; how much, nobody has measured for this model. */
const CONFIDENCE = 0.5;
const HEAD_SENTENCES = 3;
const MAX_QUOTE = 1_200;
/** A quote of a word or two proves nothing. */
const MIN_QUOTE_WORDS = 4;

/**
 * Keeps of a language model's answer what the text bears out: the passage must stand in it, names of parties and people
 * too, codes come from the gazetteers, dates are resolved anew by the rules. The rest is dropped and counted.
 */
export function ground(article: ArticleText, answer: Answer, rules: Rules): Grounded {
  const document = readDocument(article, rules);
  const { times } = calendarOf(document);
  const dropped = { acts: 0, parties: 0, people: 0, dates: 0 };
  const records: ExtractedRecord[] = [];
  for (const act of answer.acts) {
    const span = locate(act.quote, document.body.text);
    const parties = span ? partiesOf(act, document, rules, dropped) : [];
    if (span === null || parties.length === 0) {
      dropped.acts++;
      continue;
    }
    const sentences = document.body.sentences.filter(({ start, end }) => start < span.end && end > span.start);
    const first = sentences[0];
    records.push({
      type: act.type,
      status: act.status,
      headline: first !== undefined && document.body.sentences.indexOf(first) < HEAD_SENTENCES,
      date: dateOf(act, document.body, span, times, dropped),
      parties,
      people: peopleOf(act, document.body, dropped),
      ...fieldsOf(document.body, sentences, rules, act.type === 'exercise' || act.type === 'downgrade'),
      ...codesFor(act.type, act.status, { oneWay: false, access: false }, rules),
      confidence: CONFIDENCE,
      evidence: [span],
      engine: 'model',
    });
  }
  return { records, dropped };
}

/** Where the passage stands; models straighten quotation marks and line breaks, and nothing else is forgiven. */
export function locate(quote: string, text: string): Span | null {
  const wanted = quote.trim();
  if (wanted.split(/\s+/).length < MIN_QUOTE_WORDS) return null;
  const exact = text.indexOf(wanted);
  const pattern = wanted
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replace(/["“”„«»]/g, '["“”„«»]')
    .replace(/['‘’ʼ]/g, "['‘’ʼ]")
    .replace(/[-‐‑–—]/g, '[-‐‑–—]')
    .replace(/\s+/g, '\\s+');
  const found = exact >= 0 ? { index: exact, length: wanted.length } : loosely(pattern, text);
  if (found === null) return null;
  const { index: start } = found;
  const end = start + Math.min(found.length, MAX_QUOTE);
  return { start, end, quote: text.slice(start, end) };
}

function loosely(pattern: string, text: string): { index: number; length: number } | null {
  const match = new RegExp(pattern, 'u').exec(text);
  return match ? { index: match.index, length: match[0].length } : null;
}

function partiesOf(
  act: ToldAct,
  document: Document,
  rules: Rules,
  dropped: LlmReport['dropped'],
): ExtractedRecord['parties'] {
  const codes = new Set<string>();
  for (const { name } of act.parties) {
    const entry = stands(name, document)
      ? findMentions(tokenize(name), rules).find(({ entry: one }) => one.party !== null)?.entry
      : undefined;
    if (entry?.party) codes.add(entry.party);
    else dropped.parties++;
  }
  return [...codes].map((code) => ({
    kind: rules.countries.has(code) ? 'country' : 'organization',
    code,
    name: rules.partyNames.get(code) ?? code,
    role: null,
  }));
}

const stands = (name: string, { body, title }: Document): boolean =>
  name.trim() !== '' && (body.text.includes(name.trim()) || title.text.includes(name.trim()));

/** A person whom the rules found in the text too is taken as they read them, with rank and post. */
function peopleOf(act: ToldAct, body: Reading, dropped: LlmReport['dropped']): ExtractedRecord['people'] {
  const people: ExtractedRecord['people'] = [];
  for (const { name } of act.people) {
    const wanted = name.trim();
    const read = body.persons.find(
      ({ person }) => person.name === wanted || wanted.endsWith(` ${person.name}`),
    )?.person;
    if (wanted === '' || !body.text.includes(wanted)) dropped.people++;
    else
      people.push({
        name: wanted,
        rank: read?.rank ?? null,
        post: read?.post ?? null,
        affiliation: read?.party ?? null,
      });
  }
  return people;
}

const UNKNOWN: EventDate = { start: null, end: null, precision: 'unknown', basis: 'explicit' };

/** The expression that the model points at, as the rules resolve it; the one nearest to the passage. */
function dateOf(
  { when }: ToldAct,
  body: Reading,
  span: Span,
  times: readonly Time[],
  dropped: LlmReport['dropped'],
): EventDate {
  if (when === null || when.trim() === '') return UNKNOWN;
  const places = placesOf(when.trim(), body.text).sort((a, b) => Math.abs(a - span.start) - Math.abs(b - span.start));
  for (const at of places) {
    const time = times.find(({ first, last }) => {
      const start = body.tokens[first]?.start ?? Number.POSITIVE_INFINITY;
      const end = body.tokens[last - 1]?.end ?? 0;
      return start < at + when.trim().length && end > at;
    });
    if (time) return { start: time.start, end: time.end, precision: time.precision, basis: 'explicit' };
  }
  dropped.dates++;
  return UNKNOWN;
}

function placesOf(words: string, text: string): number[] {
  const places: number[] = [];
  for (let at = text.indexOf(words); at >= 0 && places.length < 50; at = text.indexOf(words, at + 1)) places.push(at);
  return places;
}
