import type { EventDate } from '../../shared/model/record.js';
import type { Document } from '../../shared/text/document.js';
import type { Rules } from '../../shared/text/rules.js';
import type { Time } from './calendar.js';
import type { Candidate } from './candidates.js';
import { directionOf } from './direction.js';
import { readTimes } from './times.js';

/** When an article was published, and the temporal expressions of its body in their order. */
export interface Calendar {
  published: string | null;
  times: Time[];
}

/** A date that an act may have: one of its own sentence, one told before it, the day of publication, or none. */
export interface DateOption {
  kind: 'own' | 'before' | 'lead' | 'publication' | 'none';
  start: string | null;
  time: Time | null;
  features: Map<string, number>;
}

/** The date of an act as its clause and what stands before it tell. `time`: stated in its own sentence. */
export interface Dating {
  date: EventDate;
  time: Time | null;
  certainty: number;
  options: DateOption[];
}

const DAY_MS = 86_400_000;
const NEWS_DAYS = 8;
const HEAD_SENTENCES = 3;
const SHORT_LINE = 14;
const SPEECH =
  /^(?:said|told|announced|added|stated|reported|wrote|says|declared|confirmed|informed|noted|stressed|explained)$/;
const WORDS = new Set(
  'had has have been was were previously earlier former will would continue announced announce announcing also is are since already new said recent recently previous ahead during still'.split(
    ' ',
  ),
);

/** Reads the times of an article. Where its day of publication is not given, a full date in a line of its head is it. */
export function calendarOf({ article, body }: Document): Calendar {
  const given = /^\d{4}-\d{2}-\d{2}/.exec(article.date ?? '')?.[0] ?? null;
  if (given !== null) return { published: given, times: readTimes(body, given) };
  const stated = readTimes(body, null);
  const head = body.sentences.slice(0, HEAD_SENTENCES).filter(({ first, last }) => last - first <= SHORT_LINE);
  const dateline = stated.find(
    ({ precision, first }) => precision === 'day' && head.some((line) => first >= line.first && first < line.last),
  );
  return dateline
    ? { published: dateline.start, times: readTimes(body, dateline.start) }
    : { published: null, times: stated };
}

/** The dates that a candidate may have, each with what speaks for it. */
export function dateOptions(
  candidate: Candidate,
  document: Document,
  calendar: Calendar,
  titleTypes: ReadonlySet<string>,
): DateOption[] {
  const { sentence } = candidate;
  const { times, published } = calendar;
  const from = firstAfter(times, sentence.first);
  let to = from;
  while ((times[to]?.first ?? Number.POSITIVE_INFINITY) < sentence.last) to += 1;
  // "until Monday" ends an act and does not date it.
  const own = times.slice(from, to).filter(({ lead }) => lead !== 'until' && lead !== 'till');
  const { tokens } = document.body;
  const ahead = directionOf(tokens, sentence.first, candidate.first, candidate.last, sentence.last);
  const shared = sharedFeatures(candidate, document, titleTypes, own, published, ahead);
  const options: DateOption[] = own.map((time) => ({
    kind: 'own',
    start: time.start,
    time,
    features: ownFeatures(time, own, candidate, document, published, ahead),
  }));
  const add = (kind: DateOption['kind'], start: string | null, time: Time | null, more: readonly string[] = []) => {
    const features = new Map<string, number>([[kind, 1]]);
    for (const name of shared) features.set(`${kind}/${name}`, 1);
    for (const name of more) features.set(`${kind}/${name}`, 1);
    options.push({ kind, start, time, features });
  };
  const before = times[from - 1];
  if (before && before.last > sentence.first - 120) {
    const gap = document.body.sentences[sentence.index - 1];
    const beside = gap !== undefined && before.first >= gap.first;
    add('before', before.start, before, [
      beside ? 'beside' : 'farther',
      `precision=${before.precision}`,
      `relation=${relationOf(before.start, published)}`,
      gap?.paragraph === sentence.paragraph ? 'paragraph' : 'other-paragraph',
      `lead=${before.lead}`,
    ]);
  }
  const lead = newsDay(times, document, published);
  if (lead && lead.first < sentence.first) add('lead', lead.start, lead, [`form=${lead.form}`]);
  if (published !== null) add('publication', published, null, lead ? ['dated-lead'] : ['undated-lead']);
  add('none', null, null);
  return options;
}

/** The likeliest date, by the model where there is one. What several options agree on counts together. */
export function chooseDate(options: DateOption[], rules: Rules): Dating {
  const model = rules.models.get('date');
  const byStart = new Map<string | null, { best: DateOption; odds: number; sum: number }>();
  let total = 0;
  for (const option of options) {
    const score = model ? model.score(option.features) : plainScore(option);
    const odds = score / Math.max(1e-6, 1 - score);
    total += odds;
    const same = byStart.get(option.start);
    if (!same) byStart.set(option.start, { best: option, odds, sum: odds });
    else {
      same.sum += odds;
      if (odds > same.odds) Object.assign(same, { best: option, odds });
    }
  }
  const [likeliest] = [...byStart.values()].sort((a, b) => b.sum - a.sum);
  if (!likeliest) return { date: UNKNOWN, time: null, certainty: 0, options };
  const { best, sum } = likeliest;
  return { date: dateOf(best), time: best.kind === 'own' ? best.time : null, certainty: sum / total, options };
}

const UNKNOWN: EventDate = { start: null, end: null, precision: 'unknown', basis: 'explicit' };

function dateOf({ kind, start, time }: DateOption): EventDate {
  if (time)
    return { start: time.start, end: time.since ? null : time.end, precision: time.precision, basis: 'explicit' };
  if (kind === 'publication') return { start, end: start, precision: 'day', basis: 'publication' };
  return UNKNOWN;
}

function plainScore({ kind, features }: DateOption): number {
  if (kind === 'own') return features.has('own/nearest') ? 0.8 : 0.5;
  if (kind === 'lead' || kind === 'publication')
    return features.has(`${kind}/depth=deep`) ? 0.1 : kind === 'lead' ? 0.4 : 0.3;
  return kind === 'none' ? 0.2 : 0.1;
}

/** The day that the head of an article gives to its news: within the days before publication. */
function newsDay(times: readonly Time[], { body }: Document, published: string | null): Time | null {
  const end = body.sentences[HEAD_SENTENCES]?.first ?? body.tokens.length;
  for (const time of times) {
    if (time.first >= end) return null;
    if (time.precision !== 'day' || time.lead === 'until' || time.lead === 'since') continue;
    if (published === null) return time;
    const days = (Date.parse(published) - Date.parse(time.start)) / DAY_MS;
    if (days >= 0 && days <= NEWS_DAYS) return time;
  }
  return null;
}

/** What the sentence tells about its being dated by something outside it. */
function sharedFeatures(
  candidate: Candidate,
  document: Document,
  titleTypes: ReadonlySet<string>,
  own: readonly Time[],
  published: string | null,
  ahead: boolean | null,
): string[] {
  const { tokens } = document.body;
  const { index, first, last } = candidate.sentence;
  const depth = index === 0 ? '0' : index <= 2 ? '2' : index <= 5 ? '5' : index <= 12 ? '12' : 'deep';
  const voice = document.home === null ? 'press' : 'official';
  const names = [
    `depth=${depth}`,
    `type=${candidate.type}`,
    `voice=${voice}`,
    `ahead=${ahead}`,
    `own=${Math.min(2, own.length)}`,
    `${candidate.type}/ahead=${ahead}`,
    `trigger=${candidate.trigger.id}`,
    `${candidate.type}/${voice}`,
    `${voice}/depth=${depth}`,
    `${titleTypes.has(candidate.type) ? 'in-title' : 'off-title'}`,
  ];
  const costs = own.map((time) => costOf(time, candidate, tokens));
  const nearest = own[costs.indexOf(Math.min(...costs))];
  if (nearest) {
    const near = Math.min(...costs) <= 10 ? 'near' : 'far';
    const { precision, start, lead: word } = nearest;
    names.push(`rival=${precision}/${relationOf(start, published)}`, `rival=${near}/${precision}/${word}`);
  }
  const words = new Set<string>();
  for (let at = first; at < last; at++) {
    const key = tokens[at]?.key ?? '';
    if (WORDS.has(key)) words.add(`word=${key}`);
  }
  return [...names, ...words];
}

function ownFeatures(
  time: Time,
  own: readonly Time[],
  candidate: Candidate,
  document: Document,
  published: string | null,
  ahead: boolean | null,
): Map<string, number> {
  const { tokens } = document.body;
  const features = new Map<string, number>();
  const add = (name: string) => features.set(`own/${name}`, 1);
  const gap = costOf(time, candidate, tokens);
  const relation = relationOf(time.start, published);
  const side = time.first >= candidate.first ? 'after' : 'before';
  add(gap <= 3 ? 'gap=3' : gap <= 7 ? 'gap=7' : gap <= 14 ? 'gap=14' : 'gap=far');
  add(`side=${side}`);
  add(`side=${side}/${gap <= 7 ? 'near' : 'far'}`);
  if (own.every((other) => other === time || costOf(other, candidate, tokens) > gap)) add('nearest');
  add(`rivals=${Math.min(3, own.length - 1)}`);
  add(`precision=${time.precision}`);
  add(`form=${time.form}`);
  add(`lead=${time.lead}`);
  add(`depth=${candidate.sentence.index <= 2 ? 'head' : 'body'}/${time.precision}/${relation}`);
  add(`relation=${relation}`);
  add(`ahead=${ahead}/relation=${relation}`);
  add(`${candidate.type}/precision=${time.precision}`);
  add(`${candidate.type}/relation=${relation}`);
  const before = tokens[time.first - 1]?.key ?? '';
  const word = time.lead !== '' && before === time.lead ? (tokens[time.first - 2]?.key ?? '') : before;
  if (SPEECH.test(word)) add('told-then');
  for (const border of bordersBetween(time, candidate, tokens)) add(`border=${border}`);
  return features;
}

/** Distance in tokens, a little farther where the time stands before the trigger. */
function costOf(time: Time, candidate: Candidate, tokens: Document['body']['tokens']): number {
  const after = time.first >= candidate.first;
  const gap = after ? time.first - candidate.last : candidate.first - time.last;
  const barred = bordersBetween(time, candidate, tokens).some((word) => word === ';' || word === 'while');
  return Math.max(0, gap) + (after ? 0 : 2) + (barred ? 20 : 0);
}

const BORDERS = new Set([';', ',', 'while', 'after', 'before', 'when', 'which', 'who', 'that', 'and', 'but', '–', '(']);

function bordersBetween(time: Time, candidate: Candidate, tokens: Document['body']['tokens']): string[] {
  const words = new Set<string>();
  const from = Math.min(time.last, candidate.last);
  const to = Math.max(time.first, candidate.first);
  for (let at = from; at < to; at++) {
    const key = tokens[at]?.key ?? '';
    if (BORDERS.has(key)) words.add(key);
  }
  return [...words];
}

/** Where a date lies from the day of publication. */
function relationOf(start: string, published: string | null): string {
  if (published === null) return 'unknown';
  const cut = published.slice(0, start.length);
  if (start === cut) return 'now';
  if (start > cut) return 'future';
  if (start.length === 10) return (Date.parse(published) - Date.parse(start)) / DAY_MS <= NEWS_DAYS ? 'fresh' : 'past';
  return 'past';
}

/** Index of the first time at or after a token. */
function firstAfter(times: readonly Time[], token: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle]?.first ?? 0) < token) low = middle + 1;
    else high = middle;
  }
  return low;
}
