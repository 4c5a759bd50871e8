import { type Gist, likeness, pairUp } from '../model/likeness.js';
import type { ExtractedRecord } from '../model/record.js';
import type { GoldArticle, GoldEvent } from './gold.js';

/** What was made of a coded article. */
export interface Prediction {
  relevant: boolean;
  language: string;
  records: readonly ExtractedRecord[];
}

export interface Counts {
  right: number;
  wrong: number;
  missed: number;
}

/** Shares from 0 to 1, null where there was nothing to measure. */
export interface Figures {
  articles: number;
  relevance: Rates | null;
  events: Rates | null;
  /** Shares among the events that were found. */
  fields: Record<Field, number | null>;
  records: number;
  withoutTrueEvidence: number;
}
export interface Rates {
  precision: number;
  recall: number;
  f1: number;
}

export const FIELDS = ['parties', 'status', 'date', 'peoplePrecision', 'peopleRecall', 'programmes'] as const;
export type Field = (typeof FIELDS)[number];

/** An event that was not found, or a record that no coder wrote. */
export interface Fault {
  fault: 'missed' | 'wrong';
  article: string;
  type: string;
  status: string | null;
  parties: string[];
  start: string | null;
  /** The passage of a wrong record. */
  quote: string | null;
}

export interface Evaluation {
  figures: Figures;
  byType: Map<string, Counts>;
  byLanguage: Map<string, Counts>;
  byOutlet: Map<string, Counts>;
  faults: Fault[];
}

/**
 * Compares records with what coders wrote. A record and an event match when the type is the same, parties overlap by
 * half or more (Jaccard) and the years, where both have one, agree; pairs are taken best first, each side once.
 */
export function evaluate(pairs: readonly { gold: GoldArticle; made: Prediction }[]): Evaluation {
  const relevance: Counts = { right: 0, wrong: 0, missed: 0 };
  const events: Counts = { right: 0, wrong: 0, missed: 0 };
  const byType = new Map<string, Counts>();
  const byLanguage = new Map<string, Counts>();
  const byOutlet = new Map<string, Counts>();
  const fields = new FieldCounts();
  const faults: Fault[] = [];
  let records = 0;
  let withoutTrueEvidence = 0;
  let coded = false;
  let judged = false;
  for (const { gold, made } of pairs) {
    if (gold.relevant !== undefined && gold.certainty !== 'marginal') {
      judged = true;
      count(relevance, gold.relevant, made.relevant);
    }
    records += made.records.length;
    withoutTrueEvidence += made.records.filter((record) => !hasTrueEvidence(record, gold.text)).length;
    if (!gold.events) continue;
    coded = true;
    const tally = (type: string, what: keyof Counts): void => {
      const groups: [Map<string, Counts>, string][] = [
        [byType, type],
        [byLanguage, gold.language ?? made.language],
        [byOutlet, gold.outlet ?? 'unknown'],
      ];
      for (const counts of [events, ...groups.map(([map, key]) => groupOf(map, key))]) counts[what]++;
    };
    const matched = match(gold.events, made.records);
    for (const [event, record] of matched) {
      if (!event.optional) tally(event.type, 'right');
      fields.add(event, record);
    }
    for (const event of gold.events) {
      if (matched.has(event) || event.optional) continue;
      tally(event.type, 'missed');
      faults.push(missed(gold.id, event));
    }
    const taken = new Set(matched.values());
    for (const record of made.records) {
      if (taken.has(record)) continue;
      tally(record.type, 'wrong');
      faults.push(wrong(gold.id, record));
    }
  }
  const figures: Figures = {
    articles: pairs.length,
    relevance: judged ? ratesOf(relevance) : null,
    events: coded ? ratesOf(events) : null,
    fields: fields.shares(),
    records,
    withoutTrueEvidence,
  };
  return { figures, byType, byLanguage, byOutlet, faults };
}

function count(counts: Counts, truth: boolean, said: boolean): void {
  if (truth && said) counts.right++;
  else if (said) counts.wrong++;
  else if (truth) counts.missed++;
}

function groupOf(map: Map<string, Counts>, key: string): Counts {
  const found = map.get(key) ?? { right: 0, wrong: 0, missed: 0 };
  map.set(key, found);
  return found;
}

export function ratesOf({ right, wrong, missed }: Counts): Rates {
  const precision = right / Math.max(1, right + wrong);
  const recall = right / Math.max(1, right + missed);
  return { precision, recall, f1: right === 0 ? 0 : (2 * precision * recall) / (precision + recall) };
}

const hasTrueEvidence = ({ evidence }: ExtractedRecord, text: string): boolean =>
  evidence.length > 0 && evidence.every(({ start, end, quote }) => text.slice(start, end) === quote);

const codesOf = (record: ExtractedRecord): Set<string> => new Set(record.parties.map((party) => party.code.trim()));
const gistOfEvent = (event: GoldEvent): Gist => ({
  type: event.type,
  parties: new Set(event.parties),
  start: event.date?.start ?? '',
  status: event.status ?? null,
});
const gistOfRecord = (record: ExtractedRecord): Gist => ({
  type: record.type,
  parties: codesOf(record),
  start: record.date.start ?? '',
  status: record.status,
});

const match = (events: readonly GoldEvent[], records: readonly ExtractedRecord[]): Map<GoldEvent, ExtractedRecord> =>
  pairUp(events, records, (event, record) => likeness(gistOfEvent(event), gistOfRecord(record)));

/** People are compared by their last names. */
const lastNames = (names: readonly string[]): Set<string> =>
  new Set(names.map((name) => (name.trim().split(/\s+/).at(-1) ?? '').toLowerCase().replace(/^[.,]+|[.,]+$/g, '')));

class FieldCounts {
  private readonly right = new Map<Field, number>();
  private readonly all = new Map<Field, number>();

  add(event: GoldEvent, record: ExtractedRecord): void {
    const parties = new Set(event.parties);
    const said = codesOf(record);
    this.note('parties', 1, parties.size === said.size && [...parties].every((code) => said.has(code)) ? 1 : 0);
    this.note('status', 1, event.status === record.status ? 1 : 0);
    const start = event.date?.start;
    if (start) this.note('date', 1, (record.date.start ?? '').startsWith(start) ? 1 : 0);
    const people = lastNames(event.people ?? []);
    const named = lastNames(record.people.map((person) => person.name));
    const shared = [...people].filter((name) => named.has(name)).length;
    this.note('peopleRecall', people.size, shared);
    this.note('peoplePrecision', named.size, shared);
    const programmes = event.programmes ?? [];
    const found = new Set(record.programmes.map((programme) => programme.code));
    if (programmes.length > 0) this.note('programmes', 1, programmes.every((code) => found.has(code)) ? 1 : 0);
  }

  shares(): Record<Field, number | null> {
    const share = (field: Field): number | null => {
      const all = this.all.get(field) ?? 0;
      return all === 0 ? null : (this.right.get(field) ?? 0) / all;
    };
    return {
      parties: share('parties'),
      status: share('status'),
      date: share('date'),
      peoplePrecision: share('peoplePrecision'),
      peopleRecall: share('peopleRecall'),
      programmes: share('programmes'),
    };
  }

  private note(field: Field, all: number, right: number): void {
    this.all.set(field, (this.all.get(field) ?? 0) + all);
    this.right.set(field, (this.right.get(field) ?? 0) + right);
  }
}

const missed = (article: string, event: GoldEvent): Fault => ({
  fault: 'missed',
  article,
  type: event.type,
  status: event.status ?? null,
  parties: event.parties,
  start: event.date?.start ?? null,
  quote: null,
});

const wrong = (article: string, record: ExtractedRecord): Fault => ({
  fault: 'wrong',
  article,
  type: record.type,
  status: record.status,
  parties: [...codesOf(record)].sort(),
  start: record.date.start,
  quote: record.evidence[0]?.quote ?? null,
});
