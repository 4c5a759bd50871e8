import type { Document } from '../../shared/text/document.js';
import type { Person } from '../../shared/text/persons.js';
import { firstMention } from './candidates.js';
import type { Draft } from './drafts.js';

/** Drafts that tell the same act, the likeliest first. */
export type Cluster = [Draft, ...Draft[]];

const SEPARATE = new Set(
  'also separately meanwhile earlier later another second previous previously addition additional further next last new'.split(
    ' ',
  ),
);
/** Tokens before a trigger in which a word marks another act. */
const MARK = 14;

/** Of the same type, with at least half of the parties in common, and neither told of others "also" or "separately". */
export const alike = (a: Draft, b: Draft): boolean =>
  a.candidate.type === b.candidate.type &&
  jaccard(a.parties, b.parties) >= 0.5 &&
  among(a.apart, b.present) &&
  among(b.apart, a.present);

const among = (some: readonly Person[], all: ReadonlySet<Person>): boolean =>
  some.length === 0 || some.some((person) => all.has(person));

/** What a cluster comes to: who and how by its likeliest draft, when by the one that is surest of its date. */
export function gistOf(cluster: Cluster) {
  const [head] = cluster;
  const dated = cluster
    .filter(({ date }) => date.start !== null)
    .reduce<Draft>((a, b) => (a.date.start === null || b.dating.certainty > a.dating.certainty ? b : a), head);
  return { type: head.candidate.type, status: head.status, parties: head.parties, date: dated.date };
}

/** What speaks for a draft telling the same act as a likelier one before it (`prior`: all such that are alike). */
export function relationFeatures(draft: Draft, prior: readonly Draft[], document: Document): Map<string, number> {
  const features = new Map<string, number>();
  const { type, sentence } = draft.candidate;
  const count = Math.min(3, prior.length);
  features.set(`prior/${count}`, 1);
  features.set(`prior/${Math.min(1, count)}/${type}`, 1);
  const nearest = nearestOf(draft, prior);
  if (!nearest) return features;
  const add = (name: string, value = 1) => features.set(`same/${name}`, value);
  const dates = prior.map((other) => datesOf(draft, other));
  const date = dates.includes('same') ? 'same' : dates.every((relation) => relation === 'differ') ? 'differ' : 'open';
  const step = Math.abs(sentence.index - nearest.candidate.sentence.index);
  const gap = step === 0 ? '0' : step === 1 ? '1' : step <= 4 ? '4' : 'far';
  add(`date/${date}`);
  add(`date/${date}/${type}`);
  add(`date/${date}/${gap}`);
  add(`date/${datesOf(draft, nearest)}`);
  add(`gap/${gap}`);
  add(`gap/${gap}/${type}`);
  if (sentence.paragraph === nearest.candidate.sentence.paragraph) add('paragraph');
  add(jaccard(draft.parties, nearest.parties) === 1 ? 'parties' : 'other-parties');
  const status = draft.status === nearest.status ? 'same' : 'other';
  add(`status/${status}`);
  add(`status/${status}/${date}`);
  if (!prior.some((other) => other.status === draft.status)) add('new-status');
  if (prior.some((other) => other.candidate.trigger === draft.candidate.trigger)) add('trigger');
  if (prior.some((other) => wordOf(other, document) === wordOf(draft, document))) add('word');
  const known = new Set(prior.flatMap(({ people }) => people));
  const people = overlapOf(draft.people, known);
  add(`people/${people}`);
  add(`people/${people}/${type}`);
  const names = overlapOf(namesOf(draft, document), new Set(prior.flatMap((other) => namesOf(other, document))));
  add(`names/${names}`);
  add(`names/${names}/${type}`);
  // "X also met the guest" sets apart both meetings, whichever of the two is the likelier.
  const mark = [draft, nearest].some((one) => marked(one, document)) ? 'marked' : 'plain';
  add(mark);
  add(`${mark}/${people}`);
  add('score', Math.max(...prior.map(({ score }) => score)));
  return features;
}

/** How what one draft names stands to what is known: two programmes, or two other guests, are two acts. */
function overlapOf<Item>(items: readonly Item[], known: ReadonlySet<Item>): 'none' | 'new' | 'known' | 'mixed' {
  if (items.length === 0 || known.size === 0) return 'none';
  const shared = items.filter((item) => known.has(item)).length;
  return shared === 0 ? 'new' : shared === items.length ? 'known' : 'mixed';
}

/** What is unlikelier than not to tell of an act would bring the date and the people of something else. */
const EVEN = 0.5;

/** Puts each draft that did not become a record beside the nearest record that it repeats; what fits none is left out. */
export function attach(heads: readonly Draft[], others: readonly Draft[]): Map<Draft, Cluster> {
  const clusters = new Map<Draft, Cluster>(heads.map((head) => [head, [head]]));
  for (const other of others) {
    const fitting =
      other.score < EVEN ? [] : heads.filter((head) => alike(head, other) && datesOf(head, other) !== 'differ');
    const nearest = nearestOf(other, fitting);
    if (nearest) clusters.get(nearest)?.push(other);
  }
  return clusters;
}

function nearestOf(draft: Draft, others: readonly Draft[]): Draft | undefined {
  const at = draft.candidate.sentence.index;
  const gap = (other: Draft) => Math.abs(other.candidate.sentence.index - at);
  return others.reduce<Draft | undefined>((best, other) => (best && gap(best) <= gap(other) ? best : other), undefined);
}

function datesOf(a: Draft, b: Draft): 'same' | 'differ' | 'open' {
  if (!a.time || !b.time) return 'open';
  const [one, two] = [a.time.start, b.time.start];
  return one.startsWith(two) || two.startsWith(one) ? 'same' : 'differ';
}

const wordOf = ({ candidate }: Draft, { body }: Document): string => body.tokens[candidate.first]?.key ?? '';

/** Names of arms, exercises, programmes and places in the sentence of a draft. */
function namesOf({ candidate: { sentence } }: Draft, { body: { mentions } }: Document): string[] {
  const names: string[] = [];
  for (let m = firstMention(mentions, sentence.first); m < mentions.length; m++) {
    const mention = mentions[m];
    if (!mention || mention.first >= sentence.last) break;
    if (/^(?:equipment|exercise|programme|place)$/.test(mention.entry.kind)) names.push(mention.entry.name);
  }
  return names;
}

function marked({ candidate: { sentence, first } }: Draft, { body: { tokens } }: Document): boolean {
  for (let at = Math.max(sentence.first, first - MARK); at < Math.min(sentence.last, first + 4); at++)
    if (SEPARATE.has(tokens[at]?.key ?? '')) return true;
  return false;
}

function jaccard(a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): number {
  let both = 0;
  for (const party of a.keys()) if (b.has(party)) both += 1;
  return both / Math.max(1, a.size + b.size - both);
}
