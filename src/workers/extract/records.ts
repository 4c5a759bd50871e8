import type { ArticleText } from '../../shared/model/article.js';
import { type ExtractedRecord, type Extraction, RecordType, type Span } from '../../shared/model/record.js';
import { type Document, readDocument } from '../../shared/text/document.js';
import type { Person } from '../../shared/text/persons.js';
import type { Rules } from '../../shared/text/rules.js';
import type { Sentence } from '../../shared/text/sentences.js';
import { type Claim, chooseClaims, claimsOf } from './acceptance.js';
import { findCandidates } from './candidates.js';
import { type Cast, castOf } from './cast.js';
import { codesFor } from './codes.js';
import { calendarOf } from './dates.js';
import { type Draft, draftOf } from './drafts.js';
import { fieldsOf } from './fields.js';
import { attach, type Cluster, gistOf } from './merge.js';
import { draftFeatures, plausibility } from './plausibility.js';

const MAX_SPANS = 4;
const MAX_QUOTE = 1_200;

/** Everything between the text and the decision which acts become records; training reads it as well. */
export interface Workings {
  document: Document;
  cast: Cast;
  drafts: Draft[];
  /** The drafts, likeliest first, as claims to be a record. */
  claims: Claim[];
}

/** Finds the places that may tell of an act and fills them in, without a judgement whether they do. */
export function sketch(document: Document, rules: Rules, types: readonly RecordType[] = RecordType.options) {
  const cast = castOf(document, rules);
  const calendar = calendarOf(document);
  const titleTypes = headTypes(document, rules);
  const drafts = findCandidates(document, rules, new Set(types))
    .map((candidate) => draftOf(candidate, document, cast, calendar, titleTypes, rules))
    .filter(({ parties }) => parties.size > 0);
  return { cast, titleTypes, drafts };
}

/** Sketches the acts of an article and weighs each beside the others. */
export function workOut(document: Document, rules: Rules, types?: readonly RecordType[]): Workings {
  const { cast, titleTypes, drafts } = sketch(document, rules, types);
  weigh(drafts, document, cast, titleTypes, rules);
  return { document, cast, drafts, claims: claimsOf(drafts, document) };
}

/** Scores each draft beside the others of its sentence. */
function weigh(
  drafts: readonly Draft[],
  document: Document,
  cast: Cast,
  titleTypes: ReadonlySet<string>,
  rules: Rules,
): void {
  const bySentence = new Map<Sentence, Draft[]>();
  for (const draft of drafts) {
    const { sentence } = draft.candidate;
    bySentence.set(sentence, [...(bySentence.get(sentence) ?? []), draft]);
  }
  for (const draft of drafts) {
    const beside = bySentence.get(draft.candidate.sentence) ?? [];
    draft.features = draftFeatures(draft, beside, document, cast, titleTypes);
    draft.score = plausibility(draft.features, rules);
  }
}

/** Types whose triggers stand in the title, or in the first sentence where there is no title. */
function headTypes(document: Document, rules: Rules): Set<string> {
  const { title, body } = document;
  const hits =
    title.tokens.length > 0
      ? rules.triggers.find(title.tokens, 0, title.tokens.length)
      : rules.triggers.find(body.tokens, 0, Math.min(80, headEnd(document)));
  return new Set(hits.filter(({ value }) => !value.weak).map(({ value }) => value.type));
}

/** Index after the first full sentence: bylines and datelines before it are shorter. */
const headEnd = ({ body }: Document): number =>
  body.sentences.find(({ first, last }) => last - first > 8)?.last ?? body.tokens.length;

/**
 * Extracts the cooperative acts that an English article tells of (the rules of what a record is: docs, coding guide).
 * Pure and deterministic; offsets refer to `article.text`. `types` limits which records are looked for.
 */
export function extractRecords(article: ArticleText, rules: Rules, types?: readonly RecordType[]): Extraction {
  const { document, drafts, claims } = workOut(readDocument(article, rules), rules, types);
  const chosen = chooseClaims(claims, rules);
  const heads = new Set(chosen.map(({ draft }) => draft));
  const clusters = attach(
    [...heads],
    drafts.filter((draft) => !heads.has(draft)),
  );
  const records = chosen
    .map(({ draft, probability }) => recordOf(clusters.get(draft) ?? [draft], probability, document, rules))
    .sort((a, b) => (a.evidence[0]?.start ?? 0) - (b.evidence[0]?.start ?? 0));
  return { records, rules: rules.version };
}

function recordOf(cluster: Cluster, probability: number, document: Document, rules: Rules): ExtractedRecord {
  const [head] = cluster;
  const { type, parties, date } = gistOf(cluster);
  const sentences = [...new Set(cluster.map(({ candidate }) => candidate.sentence))];
  const fields = fieldsOf(document.body, sentences.slice(0, 3), rules, type === 'exercise' || type === 'downgrade');
  const oneWay =
    type === 'training' || type === 'arms_transfer'
      ? /donat|gift|free|aid|assist|grant/.test(quoteOf(document, head))
      : false;
  return {
    type,
    status: head.status,
    headline: cluster.some(({ news }) => news),
    date,
    parties: [...parties].map(([code, role]) => ({
      kind: rules.countries.has(code) ? 'country' : 'organization',
      code,
      name: rules.partyNames.get(code) ?? code,
      role,
    })),
    people: peopleOf(cluster).map(({ name, rank, post, party }) => ({ name, rank, post, affiliation: party })),
    ...fields,
    ...codesFor(type, head.status, { oneWay, access: /access|base|land at/.test(quoteOf(document, head)) }, rules),
    confidence: Math.round(probability * 1_000) / 1_000,
    evidence: sentences.slice(0, MAX_SPANS).map((sentence) => spanOf(document, sentence)),
  };
}

const quoteOf = (document: Document, draft: Draft): string =>
  document.body.text.slice(draft.candidate.sentence.start, draft.candidate.sentence.end).toLowerCase();

function peopleOf(cluster: Cluster): Person[] {
  const people = new Set<Person>();
  for (const draft of cluster.slice(0, 3)) for (const person of draft.people) people.add(person);
  return [...people].slice(0, 8);
}

function spanOf(document: Document, sentence: Sentence): Span {
  const start = sentence.start;
  const end = Math.min(sentence.end, start + MAX_QUOTE);
  return { start, end, quote: document.body.text.slice(start, end) };
}
