import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { getDomain } from 'tldts';
import { FEATURES } from '../../../../src/workers/clean/columns.js';
import { type Measured, measure } from '../../../../src/workers/clean/features.js';
import { pack } from '../../../../src/workers/clean/forest.js';
import { readLinkedData } from '../../../../src/workers/clean/jsonld.js';
import { knowledgeOf, siteNamesOf } from '../../../../src/workers/clean/knowledge.js';
import { firstLook, SECOND_FEATURES, secondRows } from '../../../../src/workers/clean/sequence.js';
import { countWords } from '../../../../src/workers/clean/text.js';
import { findTitle } from '../../../../src/workers/clean/title.js';
import { readPage } from '../../../../src/workers/clean/tokens.js';
import { type BoostingOptions, boost, type Sample } from './boosting.js';
import { type LabelledPage, labelsOf } from './labels.js';

// usage: tsx train.ts FOLDER (with labels.jsonl and pages/) WEIGHTS.json [--validate]
// With --validate a third of the domains stays out of the training, so that figures on them can be believed.

const OPTIONS: BoostingOptions = { trees: 80, depth: 5, rate: 0.12, bins: 48, minWeight: 4, lambda: 3, seed: 7 };

/** The first look may be coarse: the second sees all that it saw. */
const FIRST: BoostingOptions = { ...OPTIONS, trees: 40, rate: 0.2, depth: 4 };

interface Case {
  measured: Measured;
  labels: (0 | 1 | null)[];
  weights: number[];
  fold: number;
}

/** The third of the domains that `--validate` keeps out of the training. */
export function isHeldOut(url: string): boolean {
  return hash(domainOf(url)) % 3 === 0;
}

function domainOf(url: string): string {
  const inner = /^https?:\/\/web\.archive\.org\/web\/[^/]+\/(.+)$/.exec(url)?.[1] ?? url;
  return getDomain(inner) ?? inner;
}

function hash(text: string): number {
  let value = 2_166_136_261;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 16_777_619) >>> 0;
  return (value ^ (value >>> 13)) >>> 0;
}

function readCase(folder: string, truth: LabelledPage): Case {
  const page = readPage(decode(gunzipSync(readFileSync(join(folder, truth.page)))));
  const data = readLinkedData(page.jsonLd);
  const title = findTitle(page, data, siteNamesOf(page, data, truth.url));
  const measured = measure(page, knowledgeOf(page, data, title));
  const labels = labelsOf(page, truth);
  const raw = page.segments.map((segment, at) =>
    labels[at] === null ? 0 : truth.text ? (2 + countWords(segment.text)) ** 0.7 : 4,
  );
  const sum = raw.reduce((a, b) => a + b, 0);
  const scale = truth.text && sum > 0 ? 150 / sum : 1;
  return { measured, labels, weights: raw.map((weight) => weight * scale), fold: hash(`${domainOf(truth.url)}!`) % 2 };
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

function main(folder: string, target: string, validate: boolean): void {
  const truths = readFileSync(join(folder, 'labels.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line): LabelledPage => JSON.parse(line))
    .filter((truth) => !validate || !isHeldOut(truth.url));
  const cases = truths.map((truth) => readCase(folder, truth));
  const rows = (one: Case): readonly (Float32Array | null)[] => one.measured.rows;
  const log = (text: string): void => console.error(`${new Date().toISOString()} ${text}`);
  log(`${cases.length} pages read`);
  // The second look must learn from first looks at pages that the first look has not seen.
  const halves = [0, 1].map((half) =>
    pack(
      boost(
        samplesOf(
          cases.filter((one) => one.fold !== half),
          rows,
        ),
        FEATURES,
        FIRST,
      ),
    ),
  );
  log('halves done');
  const first = boost(samplesOf(cases, rows), FEATURES, FIRST);
  log('first look done');
  const wide = (one: Case): readonly (Float32Array | null)[] => {
    const forest = halves[one.fold];
    if (!forest) return [];
    return secondRows(one.measured, firstLook(one.measured, forest));
  };
  const second = boost(samplesOf(cases, wide), SECOND_FEATURES, { ...OPTIONS, seed: 11 });
  log('second look done');
  writeFileSync(target, `${JSON.stringify({ first, second })}\n`);
}

const [folder, target, flag] = process.argv.slice(2);
if (folder && target) main(folder, target, flag === '--validate');
