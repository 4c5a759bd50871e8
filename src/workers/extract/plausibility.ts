import type { Document } from '../../shared/text/document.js';
import type { Rules } from '../../shared/text/rules.js';
import { firstMention } from './candidates.js';
import type { Cast } from './cast.js';
import type { Draft } from './drafts.js';

/** Function words that, before or after a trigger, tell whether it is a verb, a noun or a modifier. */
const BESIDE = new Set(
  (
    "the a an to of in on at for by with from and or that which who has have had is are was were be been will would 's its their his her " +
    'he they it we , . ; : ( “ " not new joint first no any other this these more'
  ).split(' '),
);

/** Tokens on either side of a trigger whose words are weighed. */
const NEAR = 12;
const stemOf = (key: string): string => key.slice(0, 6);

const DOUBTS = new Set(
  'if whether should unless not never no without neither nor why how whoever would could'.split(' '),
);

/** What speaks for and against a draft telling of an act of its type. `beside`: the other drafts of its sentence. */
export function draftFeatures(
  draft: Draft,
  beside: readonly Draft[],
  document: Document,
  cast: Cast,
  titleTypes: ReadonlySet<string>,
): Map<string, number> {
  const { candidate, time, parties } = draft;
  const { type, sentence, first, last } = candidate;
  const { tokens } = document.body;
  const features = new Map<string, number>();
  const add = (name: string, value = 1) => features.set(name, value);
  add(`type/${type}`);
  for (const { id } of candidate.triggers) add(`trigger/${id}`);
  add(`triggers/${Math.min(3, candidate.triggers.length)}`);
  add(`word/${type}/${tokens[first]?.key ?? ''}`);
  add(`end/${type}/${tokens[last - 1]?.key ?? ''}`);
  const prior = tokens[first - 1];
  const before = first === sentence.first ? 'start' : prior && BESIDE.has(prior.key) ? prior.key : 'other';
  const next = tokens[last];
  const after = next && BESIDE.has(next.key) ? next.key : 'other';
  add(`before/${before}`);
  add(`after/${after}`);
  const { index } = sentence;
  const depth = index === 0 ? '0' : index <= 2 ? '2' : index <= 6 ? '6' : index <= 15 ? '15' : 'deep';
  add(`depth/${depth}`);
  add(`depth/${depth}/${time ? 'dated' : 'undated'}`);
  add(`time/${timeKind(draft, document)}`);
  add(`time/${timeKind(draft, document)}/${type}`);
  add('certainty', draft.certainty);
  add(`parties/${Math.min(4, parties.size)}`);
  const inside = cast.bySentence.get(index) ?? [];
  const own = inside.filter((mention) => parties.has(mention.party) && !mention.adversary);
  const named = new Set(own.map(({ party }) => party)).size;
  add(`named/${Math.min(3, named)}`);
  add(`named/${Math.min(3, named)}/${type}`);
  if (time && named >= 2) add('dated-named');
  const left = own.some((m) => !m.locative && m.last <= first && first - m.last <= 12);
  const right = own.some((m) => m.first >= first && m.first - last <= 12);
  const flank = left && right ? 'flanked' : left ? 'left' : right ? 'right' : 'bare';
  add(flank);
  add(`${flank}/${type}`);
  if (inside.some((mention) => mention.adversary)) add('adversary');
  if ([...parties.keys()].some((one) => [...parties.keys()].some((other) => cast.rivals.get(one)?.has(other)))) {
    add('rivals');
    add(`rivals/${type}`);
    add(`rivals/${Math.min(3, parties.size)}`);
  }
  add(`status/${draft.status}`);
  add(`status/${draft.status}/${type}`);
  if (titleTypes.has(type)) add('in-title');
  if (parties.size > 0 && [...parties.keys()].every((party) => cast.title.has(party))) add('title-parties');
  if (draft.news) add('news');
  if (draft.people.length > 0) add(draft.news ? 'people/news' : 'people/background');
  if (candidate.military) add('military');
  add(cast.home === null ? 'press' : 'official');
  for (const other of beside) if (other !== draft) add(`with/${type}/${other.candidate.type}`);
  add(`crowd/${Math.min(4, beside.length)}`);
  for (const kind of kindsNear(draft, document)) {
    add(`kind/${kind}`);
    add(`kind/${kind}/${type}`);
  }
  for (let at = sentence.first; at < sentence.last; at++) {
    const key = tokens[at]?.key ?? '';
    if (DOUBTS.has(key)) add(`doubt/${key}`);
  }
  for (let at = Math.max(sentence.first, first - NEAR); at < Math.min(sentence.last, last + NEAR); at++) {
    const token = tokens[at];
    if (token?.kind !== 'word' || (token.capital && at > sentence.first)) continue;
    add(`near/${type}/${stemOf(token.key)}`);
    add(`near/${stemOf(token.key)}`);
  }
  const final = tokens[sentence.last - 1]?.key;
  if (final === '?') add('question');
  if (final !== '.' && final !== '?' && final !== '"' && final !== '”') add('unfinished');
  const length = sentence.last - sentence.first;
  add(length < 10 ? 'length/10' : length < 25 ? 'length/25' : length < 45 ? 'length/45' : 'length/long');
  add('title-words', sharedWithTitle(draft, document));
  return features;
}

function timeKind({ time }: Draft, document: Document): string {
  if (!time) return 'none';
  if (time.since) return 'since';
  const published = document.article.date?.slice(0, time.start.length) ?? null;
  if (published === null) return 'unknown';
  return `${time.start > published ? 'future' : time.start < published ? 'past' : 'now'}/${time.precision}`;
}

/** Kinds of the names in the sentence: arms, exercises, programmes, persons, sums. */
function kindsNear({ candidate: { sentence } }: Draft, document: Document): Set<string> {
  const kinds = new Set<string>();
  const { mentions } = document.body;
  for (let m = firstMention(mentions, sentence.first); m < mentions.length; m++) {
    const mention = mentions[m];
    if (!mention || mention.first >= sentence.last) break;
    const { kind } = mention.entry;
    if (kind !== 'country' && kind !== 'organization') kinds.add(kind);
    if (mention.also) kinds.add(mention.also.kind);
  }
  for (let at = sentence.first; at < sentence.last; at++) {
    const token = document.body.tokens[at];
    if (token?.kind === 'number' && token.raw.length <= 3) kinds.add('count');
    if (token && /^(?:million|billion|bn|\$|€|£)$/.test(token.key)) kinds.add('sum');
    if (token && /^["“”]$/.test(token.raw)) kinds.add('quote');
  }
  return kinds;
}

/** Share of the content words of the title that the sentence repeats. */
function sharedWithTitle({ candidate: { sentence } }: Draft, document: Document): number {
  const words = new Set<string>();
  for (const { key, kind } of document.title.tokens) if (kind === 'word' && key.length > 3) words.add(key.slice(0, 5));
  if (words.size === 0) return 0;
  const shared = new Set<string>();
  for (let at = sentence.first; at < sentence.last; at++) {
    const stem = document.body.tokens[at]?.key.slice(0, 5) ?? '';
    if (words.has(stem)) shared.add(stem);
  }
  return shared.size / words.size;
}

/** Probability that the draft tells of an act: by the model where there is one, else by a plain rule. */
export function plausibility(features: ReadonlyMap<string, number>, rules: Rules): number {
  const model = rules.models.get('act');
  if (model) return model.score(features);
  const named = features.has('named/2') || features.has('named/3') ? 0.4 : 0;
  return Math.min(0.9, 0.1 + named + (features.has('military') ? 0.2 : 0));
}
