import { createHash } from 'node:crypto';
import type { ExtractedRecord } from '../../shared/model/record.js';
import type { IdentifiedRecord } from '../../shared/model/settlement.js';

/**
 * Gives records their ids: the same act of the same article has the same id however often it is extracted. What makes
 * an act is its type, its parties and its time; several alike in one article are told apart by their order in the text.
 */
export function identify(articleId: string, records: readonly ExtractedRecord[]): IdentifiedRecord[] {
  const times = new Map<string, number>();
  const inOrder = [...records].sort((a, b) => (a.evidence[0]?.start ?? 0) - (b.evidence[0]?.start ?? 0));
  return inOrder.map((record) => {
    const parties = record.parties.map((party) => party.code).sort();
    const act = JSON.stringify([articleId, record.type, parties, record.date.start]);
    const nth = times.get(act) ?? 0;
    times.set(act, nth + 1);
    const id = `r${createHash('sha256').update(`${act}/${nth}`).digest('hex').slice(0, 24)}`;
    return { id, ...record };
  });
}
