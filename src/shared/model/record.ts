import { z } from 'zod';

/** The thirteen record types of the coding guide. */
export const RecordType = z.enum([
  'meeting',
  'agreement',
  'exercise',
  'training',
  'programme',
  'arms_transfer',
  'aid',
  'industry',
  'deployment',
  'operation',
  'information_sharing',
  'endorsement',
  'downgrade',
]);

export const Status = z.enum(['requested', 'proposed', 'planned', 'ongoing', 'completed', 'cancelled', 'refused']);

export const Role = z.enum([
  'host',
  'visitor',
  'supplier',
  'recipient',
  'trainer',
  'trainee',
  'signatory',
  'participant',
  'organiser',
  'requester',
]);

/** A verbatim passage of the cleaned text: `text.slice(start, end) === quote` (UTF-16 offsets, as JavaScript counts). */
export const Span = z.object({ start: z.number().int(), end: z.number().int(), quote: z.string() });

export const Party = z.object({
  kind: z.enum(['country', 'organization']),
  /** ISO 3166-1 alpha-3, or the usual short name of an organisation (NATO, EU, UN, CSTO ...). */
  code: z.string(),
  name: z.string(),
  role: Role.nullable(),
});

export const Person = z.object({
  name: z.string(),
  rank: z.string().nullable(),
  post: z.string().nullable(),
  /** Code of the party that the person acts for. */
  affiliation: z.string().nullable(),
});

export const EventDate = z.object({
  /** ISO, cut to the precision: 2023-03-10, 2023-03, 2023. */
  start: z.string().nullable(),
  end: z.string().nullable(),
  precision: z.enum(['day', 'month', 'year', 'unknown']),
  basis: z.enum(['explicit', 'publication']),
});

/** One cooperative act by one set of parties at one time, as the coding guide defines it. */
export const ExtractedRecord = z.object({
  type: RecordType,
  status: Status,
  headline: z.boolean(),
  date: EventDate,
  parties: z.array(Party),
  people: z.array(Person),
  organizations: z.array(z.string()),
  programmes: z.array(z.object({ code: z.string(), name: z.string() })),
  equipment: z.array(z.object({ name: z.string(), quantity: z.number().nullable() })),
  amounts: z.array(z.object({ value: z.number(), currency: z.string() })),
  places: z.array(z.object({ name: z.string(), country: z.string().nullable() })),
  exercise: z.string().nullable(),
  /** PLOVER event type and CAMEO code, derived from type, status and direction. */
  plover: z.string(),
  cameo: z.string(),
  /** Sector of the Defense Cooperation Agreement Dataset, null where the guide gives none. */
  dcadSector: z.string().nullable(),
  confidence: z.number().min(0).max(1),
  evidence: z.array(Span).min(1),
  /** Who says so, where a language model was asked; else the rules. */
  engine: z.enum(['rules', 'model', 'both']).optional(),
});

/** What `classify` makes of a text. */
export const Verdict = z.object({
  relevant: z.boolean(),
  /** Between 0 and 1; `relevant` is score >= the threshold in force. */
  score: z.number().min(0).max(1),
  types: z.array(RecordType),
  /** Sectors of cooperation (DCAD) that the types fall into. */
  sectors: z.array(z.string()).default([]),
  language: z.string(),
  /** What moved the score most, in log-odds. */
  weights: z.array(z.object({ feature: z.string(), logOdds: z.number() })).default([]),
  /** The passages that decided, with what each spoke for. */
  evidence: z.array(Span.extend({ signal: z.string() })),
  /** Version of the rules and weights that judged. */
  rules: z.string(),
});

/** What became of asking a language model: its answer, or why there is none; and what of it was not in the text. */
export const LlmReport = z.object({
  model: z.string(),
  prompt: z.string(),
  result: z.enum(['answered', 'cached', 'budget', 'timeout', 'unreachable', 'bad-answer']),
  detail: z.string().nullable(),
  /** How many acts, parties, people and dates were dropped because nothing in the text bears them out. */
  dropped: z.object({ acts: z.int(), parties: z.int(), people: z.int(), dates: z.int() }),
});

/** What `extract` makes of a text. */
export const Extraction = z.object({
  records: z.array(ExtractedRecord),
  llm: LlmReport.optional(),
  /** Version of the rules and gazetteers that extracted. */
  rules: z.string(),
});

export type RecordType = z.infer<typeof RecordType>;
export type Status = z.infer<typeof Status>;
export type Role = z.infer<typeof Role>;
export type LlmReport = z.infer<typeof LlmReport>;
export type Span = z.infer<typeof Span>;
export type Party = z.infer<typeof Party>;
export type Person = z.infer<typeof Person>;
export type EventDate = z.infer<typeof EventDate>;
export type ExtractedRecord = z.infer<typeof ExtractedRecord>;
export type Verdict = z.infer<typeof Verdict>;
export type Extraction = z.infer<typeof Extraction>;
