import type { Document, Reading } from '../../shared/text/document.js';
import type { Rules } from '../../shared/text/rules.js';
import type { Sentence } from '../../shared/text/sentences.js';
import type { Candidate } from './candidates.js';

/** Where a party is named, directly or through a person, a body or a firm. */
export interface PartyMention {
  party: string;
  first: number;
  last: number;
  form: 'name' | 'demonym' | 'seat' | 'organization' | 'body' | 'firm' | 'person' | 'we' | 'programme';
  adversary: boolean;
  /** Named as a place: "in Berlin". */
  locative: boolean;
}

/** How much the article is about each party. */
export interface Cast {
  mentions: PartyMention[];
  bySentence: ReadonlyMap<number, PartyMention[]>;
  /** Parties by weight, heaviest first. */
  ranked: string[];
  share: ReadonlyMap<string, number>;
  title: ReadonlySet<string>;
  lead: ReadonlySet<string>;
  home: string | null;
}

const LOCATIVES = new Set('in at near outside around across inside throughout'.split(' '));
const PAIRS =
  /^(?:sides|countries|nations|states|armies|ministers|leaders|presidents|parties|governments|militaries|capitals|allies|neighbours|neighbors|partners|navies|officials|men|firms|companies)$/;

/** Party mentions of one sentence that are weighed; bounds the work on texts that are lists. */
const MAX_IN_SENTENCE = 60;

/** The parties of an article and where they stand. */
export function castOf(document: Document, rules: Rules): Cast {
  const mentions = partyMentions(document.body, document.home, rules);
  const { sentences } = document.body;
  // Without a title the first full sentence says what the article is about.
  const headEnd = sentences.find(({ first, last }) => last - first > 8)?.last ?? 0;
  const heading =
    document.title.tokens.length > 0
      ? partyMentions(document.title, document.home, rules)
      : mentions.filter(({ first }) => first < headEnd);
  const title = new Set(heading.map(({ party }) => party));
  const bySentence = new Map<number, PartyMention[]>();
  const weights = new Map<string, number>();
  let s = 0;
  for (const mention of mentions) {
    while (s < sentences.length - 1 && (sentences[s]?.last ?? 0) <= mention.first) s++;
    const row = bySentence.get(s) ?? [];
    if (row.length < MAX_IN_SENTENCE) row.push(mention);
    bySentence.set(s, row);
    if (mention.adversary) continue;
    weights.set(mention.party, (weights.get(mention.party) ?? 0) + (s < 2 ? 2 : 1) * (mention.locative ? 0.5 : 1));
  }
  for (const party of title) weights.set(party, (weights.get(party) ?? 0) + 3);
  const ranked = [...weights].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([party]) => party);
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0) || 1;
  return {
    mentions,
    bySentence,
    ranked,
    share: new Map([...weights].map(([party, weight]) => [party, weight / total])),
    title,
    lead: new Set([0, 1, 2].flatMap((i) => bySentence.get(i) ?? []).map(({ party }) => party)),
    home: document.home,
  };
}

function partyMentions(reading: Reading, home: string | null, rules: Rules): PartyMention[] {
  const { tokens, mentions, persons } = reading;
  const found: PartyMention[] = [];
  for (const { first, last, entry } of mentions) {
    if (entry.kind === 'programme') {
      for (const party of entry.members)
        found.push({ party, first, last, form: 'programme', adversary: false, locative: false });
    }
    if (entry.party === null) continue;
    const form = formOf(entry);
    if (form === null) continue;
    const before = tokens[first - 1]?.key ?? '';
    const before2 = tokens[first - 2]?.key ?? '';
    const after = tokens[tokens[last]?.key === "'s" ? last + 1 : last]?.key ?? '';
    const after2 = tokens[last + 1]?.key ?? '';
    const adversary =
      rules.adversaryBefore.has(before) ||
      (before === 'the' && rules.adversaryBefore.has(before2)) ||
      (rules.adversaryAfter.has(after) && !(form === 'organization' || form === 'body')) ||
      (form === 'demonym' && rules.adversaryAfter.has(after2) && after !== 'and');
    const locative =
      (form === 'name' || form === 'seat') &&
      (LOCATIVES.has(before) ||
        (before === 'the' && LOCATIVES.has(before2)) ||
        (before === ',' && tokens[first - 2]?.capital === true));
    found.push({ party: entry.party, first, last, form, adversary, locative });
  }
  for (const { person, first, last } of persons) {
    if (person.party !== null)
      found.push({ party: person.party, first, last, form: 'person', adversary: false, locative: false });
  }
  if (home !== null) {
    for (const [at, { key, raw }] of tokens.entries()) {
      if (key === 'we' || key === 'our' || raw === 'I' || raw === 'my') {
        found.push({ party: home, first: at, last: at + 1, form: 'we', adversary: false, locative: false });
      }
    }
  }
  return found.sort((a, b) => a.first - b.first);
}

function formOf(entry: Document['body']['mentions'][number]['entry']): PartyMention['form'] | null {
  if (entry.kind === 'country') return entry.form;
  if (entry.kind === 'organization' || entry.kind === 'body' || entry.kind === 'firm' || entry.kind === 'programme') {
    return entry.kind;
  }
  return null;
}

/** Parties weighed for one candidate, with the features that a model or a rule judges by. */
export interface Choice {
  party: string;
  features: Map<string, number>;
}

/** The parties that may take part in the act of a candidate. */
export function choicesFor(candidate: Candidate, document: Document, cast: Cast): Choice[] {
  const inside = cast.bySentence.get(candidate.sentence.index) ?? [];
  const before = cast.bySentence.get(candidate.sentence.index - 1) ?? [];
  const parties = new Set([
    ...inside.map(({ party }) => party),
    ...before.map(({ party }) => party),
    ...cast.ranked.slice(0, 6),
  ]);
  const refers = refersToPair(document, candidate.sentence);
  const distinct = new Set(inside.filter((m) => !m.adversary && !m.locative).map(({ party }) => party)).size;
  return [...parties].slice(0, 20).map((party) => ({
    party,
    features: choiceFeatures(party, candidate, document, cast, inside, before, refers, distinct),
  }));
}

function choiceFeatures(
  party: string,
  candidate: Candidate,
  document: Document,
  cast: Cast,
  inside: readonly PartyMention[],
  before: readonly PartyMention[],
  refers: boolean,
  distinct: number,
): Map<string, number> {
  const { tokens } = document.body;
  const features = new Map<string, number>();
  const add = (name: string, value = 1) => features.set(name, value);
  const own = inside.filter((mention) => mention.party === party);
  const rank = cast.ranked.indexOf(party);
  const place = own.length > 0 ? 'in' : 'out';
  const others = distinct - (own.some((m) => !m.adversary && !m.locative) ? 1 : 0);
  const crowd = Math.min(others, 3);
  add(`${place}`);
  add(`${place}/others=${crowd}`);
  add(`${place}/${candidate.type}`);
  add(`${place}/rank=${rank < 0 ? 9 : Math.min(rank, 5)}/others=${crowd}`);
  add(`share/${place}`, cast.share.get(party) ?? 0);
  if (cast.title.has(party)) add(`title/${place}/others=${crowd}`);
  if (cast.lead.has(party)) add(`lead/${place}`);
  if (cast.home === party) add(`home/${place}/others=${crowd}`);
  if (refers) add(`pair/${place}/rank=${Math.min(rank < 0 ? 9 : rank, 3)}`);
  if (before.some((mention) => mention.party === party)) add(`before/${place}/others=${crowd}`);
  add(document.article.outlet !== null && cast.home !== null ? `official/${place}` : `press/${place}`);
  if (own.length === 0) return features;
  if (own.every((m) => m.adversary)) add('adversary');
  if (own.every((m) => m.locative)) {
    add('locative');
    add(`locative/${candidate.type}`);
    add(`locative/others=${crowd}`);
    if (own.every((m) => m.form === 'seat')) add(`locative/seat`);
  }
  for (const form of new Set(own.map((m) => m.form))) add(`form/${form}`);
  if (own.every((m) => m.form === 'seat')) add('seat-only');
  if (own.some((mention) => inList(mention, inside, tokens))) {
    add('listed');
    add(`listed/${candidate.type}`);
  } else if (inside.some((mention) => inList(mention, inside, tokens))) add('beside-list');
  const near = Math.min(...own.map((m) => distance(m, candidate)));
  add(near <= 3 ? 'near/3' : near <= 8 ? 'near/8' : near <= 16 ? 'near/16' : 'near/far');
  const nearest = own.find((m) => distance(m, candidate) === near);
  if (nearest) {
    const side = nearest.first < candidate.first ? 'left' : 'right';
    add(`side/${side}`);
    add(`side/${side}/${candidate.type}`);
    const lead = tokens[nearest.first - 1]?.key ?? '';
    const word = lead === 'the' ? (tokens[nearest.first - 2]?.key ?? '') : lead;
    add(
      `lead/${/^(?:with|to|by|from|of|and|between|for|in|at|on|against|,|-|among|via|over|about|than|toward|towards)$/.test(word) ? word : 'other'}`,
    );
    const next = tokens[nearest.last]?.key ?? '';
    add(`next/${/^(?:'s|and|,|-|has|have|will|is|was|were|are|signed|said|to|in|with)$/.test(next) ? next : 'other'}`);
    if (separated(document, nearest, candidate)) add('separated');
  }
  return features;
}

/** The mention stands in an enumeration of three parties or more ("Latvia, Poland and the United States"). */
function inList(mention: PartyMention, inside: readonly PartyMention[], tokens: readonly { key: string }[]): boolean {
  const linked = (a: PartyMention, b: PartyMention): boolean => {
    if (b.first - a.last > 4) return false;
    for (let at = a.last; at < b.first; at++) if (!LINKS.has(tokens[at]?.key ?? '')) return false;
    return b.first > a.last;
  };
  const at = inside.indexOf(mention);
  let size = 1;
  for (let i = at; i + 1 < inside.length; i++) {
    const [a, b] = [inside[i], inside[i + 1]];
    if (!a || !b || !linked(a, b)) break;
    size += 1;
  }
  for (let i = at; i > 0; i--) {
    const [a, b] = [inside[i - 1], inside[i]];
    if (!a || !b || !linked(a, b)) break;
    size += 1;
  }
  return size >= 3;
}
const LINKS = new Set([',', 'and', 'the', 'of', 'from', 'with', '-', '–', ';', 'as', 'well', 'republic', "'s", '&']);

const distance = (mention: PartyMention, candidate: Candidate): number =>
  mention.last <= candidate.first ? candidate.first - mention.last : Math.max(0, mention.first - candidate.last);

/** A clause border stands between mention and trigger. */
function separated(document: Document, mention: PartyMention, candidate: Candidate): boolean {
  const from = Math.min(mention.last, candidate.last);
  const to = Math.max(mention.first, candidate.first);
  for (let at = from; at < to; at++) {
    const key = document.body.tokens[at]?.key ?? '';
    if (
      key === ';' ||
      key === ':' ||
      key === 'while' ||
      key === 'whereas' ||
      key === 'but' ||
      key === 'which' ||
      key === 'who'
    )
      return true;
  }
  return false;
}

/** "the two countries", "both sides": the pair that the article is about. */
function refersToPair(document: Document, sentence: Sentence): boolean {
  const { tokens } = document.body;
  for (let at = sentence.first; at < sentence.last; at++) {
    const key = tokens[at]?.key;
    if (key !== 'two' && key !== 'both' && key !== 'the') continue;
    const next = tokens[at + 1]?.key ?? '';
    if (
      PAIRS.test(next) ||
      ((next === 'two' || next === 'defence' || next === 'defense') && PAIRS.test(tokens[at + 2]?.key ?? ''))
    )
      return true;
    if (key === 'both') return true;
  }
  return false;
}

/** The parties of the candidate: by the model where there is one, else by the plain rule; two at least where there are two. */
export function chooseParties(choices: readonly Choice[], rules: Rules): { parties: string[]; certainty: number } {
  const model = rules.models.get('party');
  const scored = choices
    .map((choice) => ({ ...choice, score: model ? model.score(choice.features) : plainScore(choice.features) }))
    .sort((a, b) => b.score - a.score || (a.party < b.party ? -1 : 1));
  const threshold = model?.threshold ?? 0.5;
  const chosen = scored.filter(({ score }, at) => score >= threshold || (at < 2 && score >= 0.02)).slice(0, 16);
  const certainty = chosen.length < 2 ? 0.1 : Math.sqrt((chosen[0]?.score ?? 0) * (chosen[1]?.score ?? 0));
  return { parties: chosen.map(({ party }) => party), certainty };
}

const plainScore = (features: ReadonlyMap<string, number>): number => {
  if (!features.has('in')) return 0.1 + 0.3 * (features.get('share/out') ?? 0);
  if (features.has('adversary')) return 0.05;
  return features.has('locative') ? 0.3 : 0.8;
};
