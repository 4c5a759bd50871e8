import { gzipSync } from 'node:zlib';
import { StageFailure } from '../shared/failures.js';
import { type CleanArticle, CleanArticle as CleanSchema, PageFlags } from '../shared/model/article.js';
import { Extraction, Verdict } from '../shared/model/record.js';
import type { ArticleRef } from '../shared/model/stages.js';
import { classify } from './classify/index.js';
import { clean } from './clean/index.js';
import { extract } from './extract/index.js';
import type { StageContext, StageDeps } from './stage.js';

export const INSPECT_STAGES = ['clean', 'classify', 'extract'] as const;
export type InspectStage = (typeof INSPECT_STAGES)[number];

/** An article from outside the pipeline: the bytes of its page, or its text when it has been cleaned already. */
export interface Inspected {
  url: string | null;
  body: { page: Uint8Array; contentType: string | null } | { text: string };
  title: string | null;
  date: string | null;
  outlet: string | null;
}

/** What the stages made of it, as far as they went; `ended` is the code that ended it before. */
export interface Inspection {
  clean: CleanArticle;
  verdict?: Verdict;
  extraction?: Extraction;
  ended?: StageFailure;
}

/** Runs one article through the pure stages, with no queue and no database. Throws `StageFailure` when clean does. */
export async function inspect(
  input: Inspected,
  to: InspectStage,
  deps: StageDeps,
  context: StageContext,
): Promise<Inspection> {
  const article = reference(input);
  const cleaned =
    'text' in input.body
      ? asCleaned(input.body.text, input)
      : CleanSchema.parse(await clean.run({ article, page: pageOf(input.url, input.body) }, deps, context));
  if (to === 'clean') return { clean: cleaned };
  let verdict: Verdict;
  try {
    verdict = Verdict.parse(await classify.run({ article, clean: cleaned }, deps, context));
  } catch (error) {
    if (!(error instanceof StageFailure) || error.fate !== 'skip') throw error;
    return { clean: cleaned, ...(error.made ? { verdict: Verdict.parse(error.made) } : {}), ended: error };
  }
  if (to === 'classify') return { clean: cleaned, verdict };
  const extraction = Extraction.parse(await extract.run({ article, clean: cleaned, verdict }, deps, context));
  return { clean: cleaned, verdict, extraction };
}

const reference = ({ url, title, date, outlet }: Inspected): ArticleRef => ({
  id: 'inspected',
  run: 1,
  url: url ?? 'about:blank',
  sourceId: 'inspected',
  title,
  publishedAt: date,
  outlet: outlet ?? '',
  country: '',
  language: 'und',
});

function pageOf(url: string | null, { page, contentType }: { page: Uint8Array; contentType: string | null }) {
  const gzip = gzipSync(page, { level: 1 }).toString('base64');
  const validators = { etag: null, lastModified: null, notModified: false };
  return { url: url ?? 'about:blank', status: 200, contentType, gzip, ...validators };
}

function asCleaned(text: string, { title, date }: Inspected): CleanArticle {
  const none = Object.fromEntries(Object.keys(PageFlags.shape).map((flag) => [flag, false]));
  return {
    title,
    byline: [],
    publishedAt: date,
    publishedPrecision: date === null ? 'unknown' : 'day',
    modifiedAt: null,
    language: 'und',
    canonicalUrl: null,
    siteName: null,
    section: null,
    description: null,
    leadImage: null,
    blocks: [],
    text,
    wordCount: text.split(/\s+/).length,
    flags: PageFlags.parse(none),
  };
}
