import { type Gist, likeness, pairUp } from '../../../shared/model/likeness.js';
import type { ExtractedRecord } from '../../../shared/model/record.js';

const gistOf = ({ type, parties, date, status }: ExtractedRecord): Gist => ({
  type,
  parties: new Set(parties.map(({ code }) => code)),
  start: date.start ?? '',
  status,
});

/** The records of both, each marked with who says so. Where they agree the rules' record stands, the surer for it. */
export function combine(rules: readonly ExtractedRecord[], model: readonly ExtractedRecord[]): ExtractedRecord[] {
  const pairs = pairUp(rules, model, (a, b) => likeness(gistOf(a), gistOf(b)));
  const matched = new Set(pairs.values());
  const ours = rules.map((record): ExtractedRecord => {
    const other = pairs.get(record);
    if (!other) return { ...record, engine: 'rules' };
    // Two that are right with p and q are both wrong with (1 - p)(1 - q), if they err apart.
    const confidence = 1 - (1 - record.confidence) * (1 - other.confidence);
    return { ...record, confidence: Math.round(confidence * 1_000) / 1_000, engine: 'both' };
  });
  return [...ours, ...model.filter((record) => !matched.has(record))];
}
