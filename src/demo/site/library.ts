import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { type BodyBlock, parseBody } from './body.js';

export const FeedFormat = z.enum(['rss2', 'atom', 'rdf']);

/** One row of sample/outlets.yaml. */
export const Outlet = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  name: z.string(),
  country: z.string().regex(/^[A-Z]{3}$/),
  language: z.string(),
  /** Tried first, so that addresses stay the same from one demo to the next; any free port where it is taken. */
  port: z.number().int().min(1024).max(65535),
  template: z.enum(['agency', 'daily', 'ministry', 'broadcaster', 'magazine', 'wire']),
  tagline: z.string(),
  sections: z.array(z.string()).min(1),
  /** Where articles live: `{slug}`, `{section}`, `{year}` and `{month}` are filled in. */
  articlePath: z.string().startsWith('/'),
  robots: z.string(),
  feed: z.strictObject({
    format: FeedFormat,
    path: z.string().startsWith('/'),
    content: z.enum(['summary', 'full']),
    ttlMinutes: z.number().int().positive().optional(),
    /** Articles of other outlets that this feed links to, with the query its newsletter tool adds. */
    carries: z.array(z.strictObject({ article: z.string(), query: z.string() })).default([]),
  }),
});

const ArticleFile = z.strictObject({
  title: z.string(),
  date: z.iso.datetime({ offset: true }),
  updated: z.iso.datetime({ offset: true }).optional(),
  author: z.string().optional(),
  section: z.string(),
  dateline: z.string().optional(),
  summary: z.string(),
  caption: z.string().optional(),
  language: z.string().optional(),
  tags: z.array(z.string()).default([]),
  comments: z.array(z.strictObject({ by: z.string(), text: z.string() })).default([]),
  /** A path of its own in place of the outlet's pattern. */
  path: z.string().startsWith('/').optional(),
  /** Blocks set apart by blank lines, see body.ts. */
  body: z.string().optional(),
  /** `outlet/slug` of the article whose body this one repeats word for word. */
  bodyOf: z.string().optional(),
  /** How the server answers for the page. */
  serve: z
    .strictObject({
      missing: z.boolean().default(false),
      failFirst: z.literal(503).optional(),
      delayMs: z.number().int().positive().max(10_000).optional(),
      charset: z.literal('windows-1251').optional(),
      layout: z.enum(['article', 'gallery', 'wall', 'unclosed']).default('article'),
    })
    .prefault({}),
  /** What is odd about the entry in the feed. */
  entry: z
    .strictObject({
      noLink: z.boolean().default(false),
      rawTitle: z.boolean().default(false),
      dateText: z.string().optional(),
    })
    .prefault({}),
});

export type FeedFormat = z.infer<typeof FeedFormat>;
export type Outlet = z.infer<typeof Outlet>;
export type Article = z.infer<typeof ArticleFile> & { key: string; outlet: string; slug: string; blocks: BodyBlock[] };
export type Library = { outlets: Outlet[]; articles: Article[]; updates: Article[] };

/** A section's name as it stands in a path: ASCII, lower case, hyphens. */
export function sectionSlug(name: string): string {
  const ascii = name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return ascii.replace(/[^a-z0-9]+/g, '-');
}

/** One article file. Throws with the file's key where it does not fit the schema. */
export function parseArticle(key: string, source: string): Article {
  const file = ArticleFile.safeParse(parse(source));
  if (!file.success) throw new Error(`sample article ${key}: ${z.prettifyError(file.error)}`);
  const { body, bodyOf } = file.data;
  if ((body === undefined) === (bodyOf === undefined)) {
    throw new Error(`sample article ${key}: wants either 'body' or 'bodyOf'`);
  }
  const [outlet = '', slug = ''] = key.split('/');
  return { ...file.data, key, outlet, slug, blocks: parseBody(body ?? '') };
}

async function readArticles(dir: string, outlets: Outlet[]): Promise<Article[]> {
  const articles: Article[] = [];
  for (const folder of (await readdir(dir, { withFileTypes: true })).filter((entry) => entry.isDirectory())) {
    if (!outlets.some((outlet) => outlet.id === folder.name)) {
      throw new Error(`${join(dir, folder.name)}: no outlet of this id in outlets.yaml`);
    }
    for (const file of (await readdir(join(dir, folder.name))).filter((name) => name.endsWith('.yaml')).sort()) {
      const source = await readFile(join(dir, folder.name, file), 'utf8');
      articles.push(parseArticle(`${folder.name}/${file.slice(0, -5)}`, source));
    }
  }
  return articles;
}

/** The article of this key (`outlet/slug`). Throws where there is none, naming who asked. */
export function articleOf(articles: readonly Article[], key: string, askedBy: string): Article {
  const found = articles.find((article) => article.key === key);
  if (!found) throw new Error(`${askedBy} names the article '${key}', which does not exist`);
  return found;
}

function withBody(article: Article, all: readonly Article[]): Article {
  if (article.bodyOf === undefined) return article;
  return { ...article, blocks: articleOf(all, article.bodyOf, article.key).blocks };
}

/** Reads and checks outlets.yaml, articles/<outlet>/<slug>.yaml and updates/<outlet>/<slug>.yaml under `sampleDir`. */
export async function readLibrary(sampleDir: string): Promise<Library> {
  const rows = parse(await readFile(join(sampleDir, 'outlets.yaml'), 'utf8'));
  const parsed = z.strictObject({ outlets: z.array(Outlet).min(1) }).safeParse(rows);
  if (!parsed.success) throw new Error(`outlets.yaml: ${z.prettifyError(parsed.error)}`);
  const { outlets } = parsed.data;
  const read = await readArticles(join(sampleDir, 'articles'), outlets);
  const articles = read.map((article) => withBody(article, read));
  const updates = await readArticles(join(sampleDir, 'updates'), outlets);
  for (const update of updates) articleOf(articles, update.key, 'updates/');
  for (const outlet of outlets) {
    for (const { article } of outlet.feed.carries) articleOf(articles, article, `the feed of ${outlet.id}`);
  }
  return { outlets, articles, updates };
}
