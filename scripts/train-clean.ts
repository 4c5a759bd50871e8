/**
 * Trains the two looks at a page's segments on labelled pages and writes src/workers/clean/weights.json.
 * usage: npm run train:clean -- FOLDER (with labels.jsonl and pages/) WEIGHTS.json [--validate 0|1|2]
 * With --validate that third of the domains stays out of the training, and the figures on it are printed.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { getDomain } from 'tldts';
import { FEATURES } from '../src/workers/clean/columns.js';
import { type Measured, measure } from '../src/workers/clean/features.js';
import { type Forest, pack } from '../src/workers/clean/forest.js';
import { readLinkedData } from '../src/workers/clean/jsonld.js';
import { knowledgeOf, siteNamesOf } from '../src/workers/clean/knowledge.js';
import { firstLook, SECOND_FEATURES, secondLook, secondRows } from '../src/workers/clean/sequence.js';
import { fold } from '../src/workers/clean/text.js';
import { findTitle } from '../src/workers/clean/title.js';
import { readPage } from '../src/workers/clean/tokens.js';
import { type BoostingOptions, boost, type Sample } from './training/boosting.js';
import { inScript, rewrite, SCRIPTS, type Script } from './training/letters.js';
import { type LabelledPage, labelsOf } from './training/segments.js';

/** The second look decides. */
const SECOND: BoostingOptions = { trees: 160, depth: 6, rate: 0.08, bins: 48, minWeight: 6, lambda: 3, seed: 11 };

/** The first look may be coarse: the second sees all that it saw. */
const FIRST: BoostingOptions = { trees: 40, depth: 4, rate: 0.2, bins: 48, minWeight: 4, lambda: 3, seed: 7 };

/** Weight of a page in other letters, beside 1 for the page as it is. */
const RELETTERED = 0.5;
const THRESHOLD = 0.5;

interface Case {
  measured: Measured;
  labels: (0 | 1 | null)[];
  weights: number[];
  half: number;
}

/** The third of the domains that an address belongs to. */
const thirdOf = (url: string): number => hash(domainOf(url)) % 3;

function domainOf(url: string): string {
  const inner = /^https?:\/\/web\.archive\.org\/web\/[^/]+\/(.+)$/.exec(url)?.[1] ?? url;
  return getDomain(inner) ?? inner;
}

function hash(text: string): number {
  let value = 2_166_136_261;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 16_777_619) >>> 0;
  return (value ^ (value >>> 13)) >>> 0;
}

/** The page as it is and, for some, a second time in other letters. */
function readCases(folder: string, truth: LabelledPage, everyScript: boolean): Record<Script | 'latin', Case | null> {
  const page = readPage(decode(gunzipSync(readFileSync(join(folder, truth.page)))));
  const data = readLinkedData(page.jsonLd);
  const title = findTitle(page, data, siteNamesOf(page, data, truth.url));
  const labels = labelsOf(page, truth);
  const half = hash(`${domainOf(truth.url)}!`) % 2;
  const knowledge = knowledgeOf(page, data, title);
  const raw = page.segments.map(({ counts }, at) =>
    labels[at] === null ? 0 : truth.text ? (2 + counts.words) ** 0.7 : 4,
  );
  const sum = raw.reduce((a, b) => a + b, 0);
  const scale = truth.text && sum > 0 ? 150 / sum : 1;
  const weights = raw.map((weight) => weight * scale);
  const caseOf = (script: Script): Case | null => {
    if (!everyScript && hash(`${truth.id}${script}`) % 8 !== 0) return null;
    const own = {
      title: knowledge.title && fold(rewrite(knowledge.title, script)),
      description: '',
      body: '',
    };
    return {
      measured: measure(inScript(page, script), own),
      labels,
      weights: weights.map((w) => w * RELETTERED),
      half,
    };
  };
  return {
    latin: { measured: measure(page, knowledge), labels, weights, half },
    cyrillic: caseOf('cyrillic'),
    arabic: caseOf('arabic'),
    han: caseOf('han'),
  };
}

function decode(bytes: Buffer): string {
  const charset = /charset=["']?([\w-]+)/i.exec(bytes.subarray(0, 3000).toString('latin1'))?.[1] ?? 'utf-8';
  const utf8 = bytes.toString('utf8');
  if (!utf8.includes('\ufffd') || /^utf-?8$/i.test(charset)) return utf8;
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return utf8;
  }
}

function samplesOf(cases: readonly Case[], rowsOf: (one: Case) => readonly (Float32Array | null)[]): Sample[] {
  const samples: Sample[] = [];
  for (const one of cases) {
    rowsOf(one).forEach((row, at) => {
      const label = one.labels[at];
      const weight = one.weights[at] ?? 0;
      if (row === null || label === null || label === undefined || weight === 0) return;
      // Menus are many and alike: a third of the short dropped segments stands for all.
      const many = label === 0 && weight < 0.5 && one.measured.page.segments.length > 60;
      if (many && at % 3 !== 0) return;
      samples.push({ row, label, weight: many ? weight * 3 : weight });
    });
  }
  return samples;
}

interface Trained {
  first: Forest;
  second: Forest;
}

function train(cases: readonly Case[]): Trained {
  const rows = (one: Case): readonly (Float32Array | null)[] => one.measured.rows;
  // The second look must learn from first looks at pages that the first look has not seen.
  const halves = [0, 1].map((half) => {
    const others = cases.filter((one) => one.half !== half);
    return pack(boost(samplesOf(others, rows), FEATURES, FIRST));
  });
  log('halves done');
  const first = boost(samplesOf(cases, rows), FEATURES, FIRST);
  log('first look done');
  const wide = (one: Case): readonly (Float32Array | null)[] => {
    const forest = halves[one.half];
    return forest ? secondRows(one.measured, firstLook(one.measured, forest)) : [];
  };
  const second = boost(samplesOf(cases, wide), SECOND_FEATURES, SECOND);
  log('second look done');
  return { first, second };
}

/** Mean precision and recall of the words kept, page by page. */
function validate(cases: readonly Case[], { first, second }: Trained): string {
  const looks = [pack(first), pack(second)] as const;
  let precision = 0;
  let recall = 0;
  let pages = 0;
  for (const { measured, labels } of cases) {
    const seen = firstLook(measured, looks[0]);
    const scores = secondLook(secondRows(measured, seen), seen, looks[1]);
    let hit = 0;
    let kept = 0;
    let wanted = 0;
    measured.page.segments.forEach(({ counts }, at) => {
      const label = labels[at];
      if (label === null || label === undefined) return;
      const keep = (scores[at] ?? 0) >= THRESHOLD;
      if (keep) kept += counts.words;
      if (label === 1) wanted += counts.words;
      if (keep && label === 1) hit += counts.words;
    });
    if (wanted === 0) continue;
    pages++;
    precision += kept > 0 ? hit / kept : 0;
    recall += hit / wanted;
  }
  const [p, r] = [precision / pages, recall / pages];
  return `${pages} pages, precision ${p.toFixed(4)}, recall ${r.toFixed(4)}, F1 ${((2 * p * r) / (p + r)).toFixed(4)}`;
}

const log = (text: string): void => console.error(`${new Date().toISOString()} ${text}`);

function main(folder: string, target: string, third: number | null): void {
  const all = readFileSync(join(folder, 'labels.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line): LabelledPage => JSON.parse(line));
  const read = (truths: readonly LabelledPage[], everyScript: boolean) =>
    truths.map((truth) => readCases(folder, truth, everyScript));
  const known = read(
    all.filter(({ url }) => thirdOf(url) !== third),
    false,
  );
  log(`${known.length} pages read`);
  const trained = train(known.flatMap((forms) => Object.values(forms).filter((one) => one !== null)));
  writeFileSync(target, `${JSON.stringify(trained)}\n`);
  if (third === null) return;
  const held = all.filter(({ url, text }) => thirdOf(url) === third && text);
  const unknown = read(held, true);
  for (const form of ['latin', ...SCRIPTS] as const) {
    const cases = unknown.map((forms) => forms[form]).filter((one) => one !== null);
    console.log(`${form.padEnd(8)} ${validate(cases, trained)}`);
  }
}

const [folder, target, flag, third] = process.argv.slice(2);
if (folder && target) main(folder, target, flag === '--validate' ? Number(third) : null);
