import type { ArticleText } from '../../shared/model/article.js';
import { type ExtractedRecord, type Extraction, RecordType, type Span } from '../../shared/model/record.js';
import { type Document, readDocument } from '../../shared/text/document.js';
import type { Person } from '../../shared/text/persons.js';
import type { Rules } from '../../shared/text/rules.js';
import type { Sentence } from '../../shared/text/sentences.js';
import { acceptance, clusterFeatures } from './acceptance.js';
import { findCandidates } from './candidates.js';
import { codesFor } from './codes.js';
import { calendarOf } from './dates.js';
import { type Draft, draftOf } from './drafts.js';
import { fieldsOf } from './fields.js';
import { alike, type Cluster, mergeDrafts } from './merge.js';
import { type Cast, castOf } from './participants.js';

const MAX_SPANS = 4;
const MAX_QUOTE = 1_200;

/** Everything between the text and the decision which acts become records; training reads it as well. */
export interface Workings {
  document: Document;
  cast: Cast;
  drafts: Draft[];
  clusters: { cluster: Cluster; features: Map<string, number> }[];
}

/** Finds the places that may tell of an act, fills them in and puts together those that tell the same. */
export function workOut(
  article: ArticleText,
  rules: Rules,
  types: readonly RecordType[] = RecordType.options,
): Workings {
  const document = readDocument(article, rules);
  const cast = castOf(document, rules);
  const calendar = calendarOf(document);
  const titleTypes = headTypes(document, rules);
  const drafts = findCandidates(document, rules, new Set(types))
    .map((candidate) => draftOf(candidate, document, cast, calendar, titleTypes, rules))
    .filter(({ parties }) => parties.size > 0);
  const { tokens } = document.body;
  const merged = mergeDrafts(drafts, (at) => tokens[at]?.key ?? '');
  const clusters = merged.map((cluster, at) => {
    const repeats = merged.slice(0, at).filter((earlier) => alike(earlier[0], cluster[0])).length;
    return { cluster, features: clusterFeatures(cluster, cast, titleTypes, repeats) };
  });
  return { document, cast, drafts, clusters };
}

/** Types whose triggers stand in the title, or in the first sentence where there is no title. */
function headTypes(document: Document, rules: Rules): Set<string> {
  const { title, body } = document;
  const hits =
    title.tokens.length > 0
      ? rules.triggers.find(title.tokens, 0, title.tokens.length)
      : rules.triggers.find(body.tokens, 0, Math.min(80, headEnd(document)));
  return new Set(hits.map(({ value }) => value.type));
}

/** Index after the first full sentence: bylines and datelines before it are shorter. */
const headEnd = ({ body }: Document): number =>
  body.sentences.find(({ first, last }) => last - first > 8)?.last ?? body.tokens.length;

/**
 * Extracts the cooperative acts that an English article tells of (the rules of what a record is: docs, coding guide).
 * Pure and deterministic; offsets refer to `article.text`. `types` limits which records are looked for.
 */
export function extractRecords(article: ArticleText, rules: Rules, types?: readonly RecordType[]): Extraction {
  const { document, clusters } = workOut(article, rules, types);
  const records: ExtractedRecord[] = [];
  for (const { cluster, features } of clusters) {
    const { probability, accepted } = acceptance(features, rules);
    if (accepted) records.push(recordOf(cluster, probability, document, rules));
  }
  return { records, rules: rules.version };
}

function recordOf(cluster: Cluster, probability: number, document: Document, rules: Rules): ExtractedRecord {
  const [head] = cluster;
  const best = cluster.reduce((a, b) => (b.certainty > a.certainty + 0.15 ? b : a), head);
  const sentences = [...new Set(cluster.map(({ candidate }) => candidate.sentence))];
  const { type } = head.candidate;
  const dated = cluster
    .filter(({ date }) => date.start !== null)
    .reduce<Draft>((a, b) => (a.date.start === null || b.dating.certainty > a.dating.certainty ? b : a), head);
  const fields = fieldsOf(document.body, sentences.slice(0, 3), rules, type === 'exercise' || type === 'downgrade');
  const oneWay =
    type === 'training' || type === 'arms_transfer'
      ? /donat|gift|free|aid|assist|grant/.test(quoteOf(document, head))
      : false;
  return {
    type,
    status: head.status,
    headline: cluster.some(({ news }) => news),
    date: dated.date,
    parties: [...best.parties].map(([code, role]) => ({
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
