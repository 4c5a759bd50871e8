import { z } from 'zod';
import { RecordType, Status } from '../model/record.js';

const name = z.string().min(1);
const names = z.array(name);
const rows = <Row extends z.ZodType>(row: Row) => z.strictObject({ rows: z.array(row) });

/** Schemas of the files in config/gazetteer, by file name. */
export const GAZETTEER_FILES = {
  countries: rows(
    z.strictObject({ code: z.string().regex(/^[A-Z]{3}$/), names: names.min(1), demonyms: names, seats: names }),
  ),
  organizations: rows(z.strictObject({ code: name, for: name.optional(), names: names.min(1) })),
  bodies: rows(z.strictObject({ name, for: name })),
  firms: rows(z.strictObject({ name, for: name })),
  programmes: rows(
    z.strictObject({ code: name, with: name.optional(), members: names.optional(), names: names.min(1) }),
  ),
  equipment: rows(z.strictObject({ name, class: name, maker: name })),
  exercises: rows(z.strictObject({ name, common: z.boolean().optional() })),
  ranks: rows(z.strictObject({ name, kind: z.enum(['rank', 'address']) })),
  posts: rows(z.strictObject({ name, for: name.optional() })),
  places: rows(z.strictObject({ name, country: z.string().regex(/^[A-Z]{3}$/) })),
  officials: rows(z.strictObject({ name, for: name })),
  outlets: rows(z.strictObject({ name, for: name })),
} as const;

export const Trigger = z.strictObject({
  id: name,
  type: RecordType,
  match: names.min(1),
  /** Readings of the same words that are no act of this type. */
  unless: names.optional(),
  example: name,
  status: Status.optional(),
  roles: z.tuple([name, name]).optional(),
  needs: z.literal('defence').optional(),
  /** Fires on every name of this kind as well. */
  names: z.enum(['programme', 'exercise']).optional(),
});

const code = z.tuple([name, z.string().regex(/^\d{3,4}$/)]);

/** Schema of config/taxonomy.yaml. */
export const Taxonomy = z.strictObject({
  irregular: z.record(name, names),
  classes: z.record(name, names),
  triggers: z.array(Trigger).min(1),
  modality: z.partialRecord(Status, names),
  defence: names,
  adversary: z.strictObject({ before: names, after: names }),
  sectors: z.record(RecordType, z.string().nullable()),
  codes: z.record(RecordType, z.record(z.string(), code).and(z.object({ default: code }))),
});

export type Trigger = z.infer<typeof Trigger>;
export type Taxonomy = z.infer<typeof Taxonomy>;
