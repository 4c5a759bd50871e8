import { z } from 'zod';
import { RecordType, Status } from '../model/record.js';

const name = z.string().min(1);
const names = z.array(name);
const state = z.string().regex(/^[A-Z]{3}$/, 'is no country code (three capital letters, as in countries.yaml)');
/** A row of something with a name, other ways to write it, and those of them that are everyday words, too (true: all). */
const named = { name, aliases: names.optional(), common: z.union([z.boolean(), names]).optional() };
const rows = <Row extends z.ZodType>(row: Row) => z.strictObject({ rows: z.array(row) });
/** `context`: the words of which one stands beside a `common` name where it is meant. */
const rowsInContext = <Row extends z.ZodType>(row: Row) => z.strictObject({ context: names, rows: z.array(row) });

/** Schemas of the files in config/gazetteer, by file name. */
export const GAZETTEER_FILES = {
  countries: rows(z.strictObject({ code: state, names: names.min(1), demonyms: names, seats: names })),
  organizations: rows(z.strictObject({ code: name, for: name.optional(), names: names.min(1) })),
  bodies: rows(z.strictObject({ ...named, for: name })),
  firms: rowsInContext(z.strictObject({ ...named, for: name })),
  programmes: rows(
    z.strictObject({ code: name, with: name.optional(), members: names.optional(), names: names.min(1) }),
  ),
  equipment: z.strictObject({
    /** Classes with their category in the SIPRI Arms Transfers Database and the words that tell of the class. */
    classes: z.record(name, z.strictObject({ sipri: name, context: names })),
    rows: z.array(z.strictObject({ ...named, class: name, maker: name })),
  }),
  exercises: rowsInContext(z.strictObject({ ...named, hosts: names.optional() })),
  ranks: rows(z.strictObject({ name, kind: z.enum(['rank', 'address']) })),
  posts: rows(z.strictObject({ name, for: name.optional() })),
  places: rows(z.strictObject({ name, country: state })),
  officials: rows(z.strictObject({ name, for: name })),
  outlets: rows(z.strictObject({ name, for: name })),
  decoys: rows(z.strictObject({ name })),
  ambiguous: rows(z.strictObject({ name, why: name })),
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
  names: z.enum(['programme', 'exercise', 'equipment']).optional(),
  /** The words alone hardly tell of an act. */
  weak: z.literal(true).optional(),
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
  rivals: z.array(z.tuple([name, names])),
  sectors: z.record(RecordType, z.string().nullable()),
  codes: z.record(RecordType, z.record(z.string(), code).and(z.object({ default: code }))),
});

export type Trigger = z.infer<typeof Trigger>;
export type Taxonomy = z.infer<typeof Taxonomy>;
