import type { RecordType } from '../../shared/model/record.js';
import type { Document, Reading } from '../../shared/text/document.js';
import type { Rules } from '../../shared/text/rules.js';
import type { Sentence } from '../../shared/text/sentences.js';

/** A passage that speaks for relevance. */
export interface Signal {
  start: number;
  end: number;
  signal: string;
  strength: number;
}

export interface Signals {
  features: Map<string, number>;
  signals: Signal[];
  types: Map<RecordType, number>;
}

const MAX_SENTENCES = 800;

/** What the names, triggers and words of an article say of its subject. */
export function articleSignals(document: Document, rules: Rules): Signals {
  const features = new Map<string, number>();
  const signals: Signal[] = [];
  const types = new Map<RecordType, number>();
  const raise = (name: string, by: number) => features.set(name, (features.get(name) ?? 0) + by);
  const sentences = document.body.sentences.slice(0, MAX_SENTENCES);
  for (const sentence of sentences) {
    const facts = sentenceFacts(document.body, sentence, rules);
    const lead = sentence.index < 4;
    if (facts.military) raise('military', 1);
    if (facts.parties >= 2 && facts.military) raise('partners', 1);
    if (facts.programmes > 0) raise('programmes', 1);
    for (const [type, strong] of facts.types) {
      if (!strong || facts.parties === 0) continue;
      if (type !== 'endorsement' && facts.parties >= 2) types.set(type, (types.get(type) ?? 0) + 1);
      raise(`type/${type}`, 1);
      if (lead) raise(`lead/${type}`, 1);
    }
    const acts = [...facts.types].filter(([type, strong]) => strong && type !== 'endorsement').length;
    if (acts > 0 && facts.parties >= 2 && facts.military) {
      raise('acts', 1);
      if (lead) raise('lead-acts', 1);
      signals.push({
        start: sentence.start,
        end: sentence.end,
        signal: `${[...facts.types.keys()].join(', ')}: ${facts.names.slice(0, 4).join(', ')}`,
        strength: acts + facts.parties + (lead ? 2 : 0) + facts.programmes,
      });
    }
    if (facts.hostile) raise('hostile', 1);
  }
  wordFeatures(document, features);
  const length = Math.max(1, Math.min(sentences.length, 60));
  for (const name of ['military', 'partners', 'acts', 'hostile', 'programmes']) {
    const count = features.get(name) ?? 0;
    features.set(name, Math.log1p(count));
    features.set(`${name}/share`, count / length);
  }
  for (const [name, value] of features)
    if (/^(?:type|lead)/.test(name)) features.set(name, Math.min(1, Math.log1p(value)));
  titleFeatures(document, rules, features);
  return { features, signals, types };
}

interface Facts {
  military: boolean;
  hostile: boolean;
  parties: number;
  programmes: number;
  names: string[];
  types: Map<RecordType, boolean>;
}

function sentenceFacts(reading: Reading, sentence: Sentence, rules: Rules): Facts {
  const facts: Facts = { military: false, hostile: false, parties: 0, programmes: 0, names: [], types: new Map() };
  for (let at = sentence.first; at < sentence.last; at++) {
    const key = reading.tokens[at]?.key ?? '';
    if (rules.defence.has(key)) facts.military = true;
    if (/^(?:killed|kill|attack|attacks|attacked|terrorist|terrorists|bombing|shelling)$/.test(key))
      facts.hostile = true;
  }
  const parties = new Set<string>();
  for (let m = lowerBound(reading, sentence.first); m < reading.mentions.length; m++) {
    const mention = reading.mentions[m];
    if (!mention || mention.first >= sentence.last) break;
    if (mention.entry.kind === 'programme') facts.programmes += 1;
    if (mention.entry.party !== null && mention.entry.kind !== 'equipment') {
      if (!parties.has(mention.entry.party)) facts.names.push(mention.entry.party);
      parties.add(mention.entry.party);
    }
  }
  facts.parties = parties.size;
  for (const { value } of rules.triggers.find(
    reading.tokens,
    sentence.first,
    Math.min(sentence.last, sentence.first + 300),
  )) {
    if (value.weak) continue;
    facts.types.set(value.type, facts.types.get(value.type) === true || value.needs === undefined || facts.military);
  }
  return facts;
}

/** Index of the first mention at or after a token. */
function lowerBound(reading: Reading, token: number): number {
  let low = 0;
  let high = reading.mentions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((reading.mentions[middle]?.first ?? 0) < token) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Words of the first part of the text, each once; names of people and countries say nothing of the subject. */
function wordFeatures(document: Document, features: Map<string, number>): void {
  for (const token of document.body.tokens.slice(0, 700)) {
    if (token.kind === 'word' && !token.capital && token.key.length > 2) features.set(`word/${token.key}`, 1);
  }
  for (const token of document.title.tokens) {
    if (token.kind === 'word' && token.key.length > 2) features.set(`title/${token.key}`, 1);
  }
}

function titleFeatures(document: Document, rules: Rules, features: Map<string, number>): void {
  const parties = new Set(document.title.mentions.flatMap(({ entry }) => (entry.party === null ? [] : [entry.party])));
  features.set(`title-parties/${Math.min(2, parties.size)}`, 1);
  if (document.title.tokens.some(({ key }) => rules.defence.has(key))) features.set('title-military', 1);
  for (const { value } of rules.triggers.find(document.title.tokens, 0, document.title.tokens.length)) {
    if (!value.weak) features.set(`title-type/${value.type}`, 1);
  }
}
