import type { RecordType, Status } from '../../shared/model/record.js';
import type { Rules } from '../../shared/text/rules.js';

/** PLOVER event type, CAMEO code and DCAD sector of a record, from the table in config/taxonomy.yaml. */
export function codesFor(
  type: RecordType,
  status: Status,
  facts: { oneWay: boolean; access: boolean },
  rules: Rules,
): { plover: string; cameo: string; dcadSector: string | null } {
  const table = rules.taxonomy.codes[type];
  const done = status === 'completed' || status === 'ongoing';
  const special = done ? (facts.oneWay ? table.aid : facts.access ? table.access : undefined) : table[status];
  const [plover, cameo] = special ?? table.default;
  return { plover, cameo, dcadSector: rules.taxonomy.sectors[type] };
}
