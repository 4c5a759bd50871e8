import type { RecordType } from '../../shared/model/record.js';
import type { Document } from '../../shared/text/document.js';
import type { Rules } from '../../shared/text/rules.js';
import type { Trigger } from '../../shared/text/schema.js';
import type { Sentence } from '../../shared/text/sentences.js';
import type { Token } from '../../shared/text/tokens.js';

/** A place in the text that may tell of an act: the triggers of one type in one sentence. */
export interface Candidate {
  type: RecordType;
  sentence: Sentence;
  /** Tokens of the decisive trigger. */
  first: number;
  last: number;
  trigger: Trigger;
  triggers: Trigger[];
  military: boolean;
}

/** Sentences that are read for acts; beyond them no news article goes on. */
const MAX_SENTENCES = 1_500;
const MAX_TOKENS = 400;
const MAX_CANDIDATES = 500;

/** Every place in the body where the triggers of the taxonomy fire. */
export function findCandidates(document: Document, rules: Rules, types: ReadonlySet<RecordType>): Candidate[] {
  const { tokens, sentences } = document.body;
  const candidates: Candidate[] = [];
  for (const sentence of sentences.slice(0, MAX_SENTENCES)) {
    if (candidates.length >= MAX_CANDIDATES) break;
    const military = speaksOfForces(document, sentence, rules);
    const party = namesParty(document, sentence);
    const byType = new Map<RecordType, Candidate>();
    const found = rules.triggers.find(tokens, sentence.first, Math.min(sentence.last, sentence.first + MAX_TOKENS));
    const barred = rules.exceptions.find(tokens, sentence.first, Math.min(sentence.last, sentence.first + MAX_TOKENS));
    const hits = [...found, ...namedHits(document, sentence, rules)].sort((a, b) => a.first - b.first);
    for (const { value: trigger, first, last } of hits) {
      if (!types.has(trigger.type) || (trigger.needs === 'defence' && !military)) continue;
      if (barred.some((bar) => bar.value === trigger && bar.first === first)) continue;
      const known = byType.get(trigger.type);
      if (known && !anotherTime(tokens, known.last, first)) {
        if (!known.triggers.includes(trigger)) known.triggers.push(trigger);
        if (known.trigger.weak && !trigger.weak) Object.assign(known, { trigger, first, last });
        continue;
      }
      if (trigger.weak && (!party || known)) continue;
      const candidate = { type: trigger.type, sentence, first, last, trigger, triggers: [trigger], military };
      byType.set(trigger.type, candidate);
      candidates.push(candidate);
    }
  }
  return candidates;
}

/** Names of programmes and exercises speak of an act by themselves, where the taxonomy says so. */
function namedHits(document: Document, sentence: Sentence, rules: Rules) {
  const { mentions } = document.body;
  const hits: { value: Trigger; first: number; last: number }[] = [];
  for (let m = firstMention(mentions, sentence.first); m < mentions.length; m++) {
    const mention = mentions[m];
    if (!mention || mention.first >= sentence.last) break;
    for (const value of rules.triggerList) {
      if (value.names === undefined || (value.names !== mention.entry.kind && value.names !== mention.also?.kind))
        continue;
      hits.push({ value, first: mention.first, last: mention.last });
    }
  }
  return hits;
}

/** Index of the first mention at or after a token. */
export function firstMention(mentions: readonly { first: number }[], token: number): number {
  let low = 0;
  let high = mentions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((mentions[middle]?.first ?? 0) < token) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Between two triggers of a type stands a border of clauses and a time: two acts, each with its own. */
function anotherTime(tokens: readonly Token[], from: number, to: number): boolean {
  let border = false;
  let time = false;
  for (let at = from; at < to; at++) {
    const key = tokens[at]?.key ?? '';
    if (key === ';' || key === ',' || key === 'and') border = true;
    if (/^(?:19|20)\d\d$/.test(key)) time = true;
  }
  return border && time && to - from > 4;
}

function namesParty({ body: { mentions } }: Document, sentence: Sentence): boolean {
  for (let m = firstMention(mentions, sentence.first); m < mentions.length; m++) {
    const mention = mentions[m];
    if (!mention || mention.first >= sentence.last) break;
    if (mention.entry.party !== null && mention.entry.kind !== 'equipment') return true;
  }
  return false;
}

function speaksOfForces(document: Document, sentence: Sentence, rules: Rules): boolean {
  const { tokens, mentions } = document.body;
  for (let at = sentence.first; at < sentence.last; at++) if (rules.defence.has(tokens[at]?.key ?? '')) return true;
  for (let m = firstMention(mentions, sentence.first); m < mentions.length; m++) {
    const mention = mentions[m];
    if (!mention || mention.first >= sentence.last) break;
    if (/^(?:programme|equipment|exercise|body)$/.test(mention.entry.kind)) return true;
  }
  return false;
}
