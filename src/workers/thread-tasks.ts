import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { projectDir } from '../shared/config.js';
import { decodeBytes } from '../shared/encoding.js';
import { asFailure, type FailureCode } from '../shared/failures.js';
import type { ArticleText, CleanArticle } from '../shared/model/article.js';
import type { Feed } from '../shared/model/feed.js';
import type { Extraction, RecordType, Verdict } from '../shared/model/record.js';
import { loadRules, type Rules } from '../shared/text/rules.js';
import { classifyArticle } from './classify/verdict.js';
import { cleanPage } from './clean/article.js';
import { languageOfText } from './clean/language.js';
import type { Answer } from './extract/llm/answer.js';
import { type Grounded, ground as groundAnswer } from './extract/llm/ground.js';
import { extractRecords } from './extract/records.js';
import { type ListingOptions, readListing } from './poll/listing.js';
import { readFeed } from './poll/reader.js';
import { readSitemap, type Sitemap, type SitemapOptions } from './poll/sitemap.js';

/** What runs inside a worker thread. A failure travels as data: errors lose their code on the way between threads. */
export type TaskResult<Value> = { value: Value } | { failure: { code: FailureCode; detail: string | undefined } };

async function told<Value>(work: () => Value | Promise<Value>): Promise<TaskResult<Value>> {
  try {
    return { value: await work() };
  } catch (error) {
    const { code, detail } = asFailure(error);
    return { failure: { code, detail } };
  }
}

let loaded: Rules | undefined;
const rules = (): Rules => {
  loaded ??= loadRules(join(projectDir, 'config'));
  return loaded;
};

export interface FeedTask {
  body: Uint8Array;
  headers: Record<string, string>;
  url: string | null;
}
export const feed = (task: FeedTask): Promise<TaskResult<Feed>> =>
  told(() => readFeed(task.body, task.headers, task.url));

export interface SitemapTask extends FeedTask {
  options: SitemapOptions;
}
export const sitemap = ({ body, headers, url, options }: SitemapTask): Promise<TaskResult<Sitemap>> =>
  told(() => readSitemap(body, headers, url, options));

export interface ListingTask extends FeedTask {
  options: ListingOptions;
}
export const listing = ({ body, headers, url, options }: ListingTask): Promise<TaskResult<Feed>> =>
  told(() => readListing(body, headers, url, options));

export interface CleanTask {
  /** Bytes of the page, or their gzip. */
  body: Uint8Array;
  gzipped: boolean;
  contentType: string | null;
  url: string | null;
  explain: boolean;
  inText: { captions: boolean; datelines: boolean; embeds: boolean };
}
export const clean = (task: CleanTask): Promise<TaskResult<CleanArticle>> =>
  told(() => {
    const bytes = task.gzipped ? gunzipSync(task.body) : task.body;
    const { text } = decodeBytes(bytes, { contentType: task.contentType, kind: 'html' });
    return cleanPage(text, task.url, { explain: task.explain, inText: task.inText });
  });

export const classify = (article: ArticleText): Promise<TaskResult<Verdict>> =>
  told(() => {
    // A text that was given without its language is asked what it looks like.
    const language = article.language ?? languageOfText(article.text);
    return classifyArticle({ ...article, language }, rules());
  });

export interface GroundTask {
  article: ArticleText;
  answer: Answer;
}
export const ground = ({ article, answer }: GroundTask): Promise<TaskResult<Grounded>> =>
  told(() => groundAnswer(article, answer, rules()));

export interface ExtractTask {
  article: ArticleText;
  types: RecordType[];
}
export const extract = ({ article, types }: ExtractTask): Promise<TaskResult<Extraction>> =>
  told(() => extractRecords(article, rules(), types));
