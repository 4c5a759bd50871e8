/**
 * How fast articles are classified and read for records, on one core.
 * usage: tsx bench/extract.ts --articles FILE.jsonl [--rounds N]
 * FILE holds an article a line: {"title", "text", "date", "outlet"}. The last line printed is one JSON object.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { ArticleText } from '../src/shared/model/article.js';
import { loadRules, type Rules } from '../src/shared/text/rules.js';
import { classifyArticle } from '../src/workers/classify/verdict.js';
import { extractRecords } from '../src/workers/extract/records.js';

const Line = z.object({
  title: z.string().nullish(),
  text: z.string(),
  date: z.string().nullish(),
  outlet: z.string().nullish(),
});

const LONG = 1_000_000;
const SENTENCE = 'Norway and Chile signed a treaty on 3 May 2019 after Admiral Kari Haugen met the minister in Oslo. ';

function readArticles(path: string): ArticleText[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const { title, text, date, outlet } = Line.parse(JSON.parse(line));
      return {
        title: title ?? '',
        text,
        date: date ?? null,
        language: 'en',
        outlet: outlet ?? null,
        outletCountry: null,
      };
    });
}

/** Milliseconds that one article takes. */
function timed(article: ArticleText, rules: Rules): number {
  const start = performance.now();
  classifyArticle(article, rules);
  extractRecords(article, rules);
  return performance.now() - start;
}

function main(): void {
  const { values } = parseArgs({ options: { articles: { type: 'string' }, rounds: { type: 'string', default: '5' } } });
  if (values.articles === undefined) throw new Error('usage: tsx bench/extract.ts --articles FILE.jsonl [--rounds N]');
  const rules = loadRules('config');
  const articles = readArticles(values.articles);
  for (const article of articles) timed(article, rules);
  const times = Array.from({ length: Number(values.rounds) }, () => articles.map((article) => timed(article, rules)))
    .flat()
    .sort((a, b) => a - b);
  const at = (share: number): number => Math.round((times[Math.floor(share * (times.length - 1))] ?? 0) * 10) / 10;
  const long: ArticleText = {
    title: '',
    text: SENTENCE.repeat(Math.ceil(LONG / SENTENCE.length)).slice(0, LONG),
    date: '2024-05-14',
    language: 'en',
    outlet: null,
    outletCountry: null,
  };
  const total = times.reduce((sum, time) => sum + time, 0);
  console.log(
    JSON.stringify({
      articles: articles.length,
      perSecond: Math.round((1_000 * times.length) / total),
      p50: at(0.5),
      p99: at(0.99),
      slowest: at(1),
      megabyte: Math.round(timed(long, rules)),
    }),
  );
}

main();
