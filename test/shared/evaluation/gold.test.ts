import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { projectDir } from '../../../src/shared/config.js';
import { GoldArticle } from '../../../src/shared/evaluation/gold.js';
import { EventDate, RecordType, Status } from '../../../src/shared/model/record.js';
import { loadRules } from '../../../src/shared/text/rules.js';
import { GAZETTEER_FILES } from '../../../src/shared/text/schema.js';

const FILE = join(projectDir, 'sample', 'gold.jsonl');
const CONFIG = join(projectDir, 'config');
const LINES = readFileSync(FILE, 'utf8').trimEnd().split('\n');

/** The coding guide's event in full; eval reads less of it. */
const CodedArticle = z.object({
  url: z.string().startsWith('https://written.invalid/'),
  events: z.array(
    z.object({ type: RecordType, status: Status, headline: z.boolean(), date: EventDate, optional: z.boolean() }),
  ),
});

const articles = LINES.map((line) => GoldArticle.parse(JSON.parse(line)));
const coded = LINES.map((line) => CodedArticle.parse(JSON.parse(line)));
const events = articles.flatMap(({ id, text, events = [] }) => events.map((event) => ({ ...event, id, text })));

describe('the coded articles of the sample', () => {
  it('have an id each', () => {
    expect(articles).toHaveLength(30);
    expect(new Set(articles.map(({ id }) => id)).size).toBe(articles.length);
  });

  it('have events where they are relevant, and only there', () => {
    for (const { id, relevant, events } of articles) expect([id, (events ?? []).length > 0]).toEqual([id, relevant]);
    expect(articles.filter(({ relevant }) => !relevant)).toHaveLength(6);
  });

  it('show every type and every status', () => {
    const all = coded.flatMap(({ events }) => events);
    expect(new Set(all.map(({ type }) => type))).toEqual(new Set(RecordType.options));
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set(Status.options));
  });

  it('cut dates to their precision', () => {
    const lengths = { day: 10, month: 7, year: 4, unknown: undefined };
    for (const { date } of coded.flatMap(({ events }) => events)) {
      expect(date.start?.length).toBe(lengths[date.precision]);
      expect(date.end?.length).toBe(lengths[date.precision]);
      if (date.start !== null) expect(date.end !== null && date.start <= date.end).toBe(true);
    }
  });

  it('name people as the text does', () => {
    const strangers = events.flatMap(({ id, text, people }) =>
      (people ?? []).filter((name) => !text.includes(name)).map((name) => `${id}: ${name}`),
    );
    expect(strangers).toEqual([]);
  });

  it('use codes of the gazetteer', () => {
    const { partyNames } = loadRules(CONFIG);
    expect(events.flatMap(({ parties }) => parties).filter((code) => !partyNames.has(code))).toEqual([]);
    const yaml = readFileSync(join(CONFIG, 'gazetteer', 'programmes.yaml'), 'utf8');
    const codes = new Set(GAZETTEER_FILES.programmes.parse(parse(yaml)).rows.map(({ code }) => code));
    expect(events.flatMap(({ programmes }) => programmes ?? []).filter((code) => !codes.has(code))).toEqual([]);
  });

  it('are what `communique eval` takes', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'communique-gold-'));
    const rates = z.object({ precision: z.number(), recall: z.number(), f1: z.number().gt(0) });
    const Printed = z.object({
      articles: z.number(),
      relevance: rates,
      events: rates,
      withoutTrueEvidence: z.number(),
    });
    try {
      const command = [join(projectDir, 'dist', 'cli', 'index.js'), 'eval', FILE, '--json', '--no-save'];
      const { stdout } = await promisify(execFile)(process.execPath, command, {
        cwd: dataDir,
        env: { ...process.env, COMMUNIQUE_DATADIR: dataDir, COMMUNIQUE_THREADS__COUNT: '2' },
        maxBuffer: 16 * 1024 * 1024,
      });
      const printed = Printed.parse(JSON.parse(stdout));
      expect(printed).toMatchObject({ articles: LINES.length, withoutTrueEvidence: 0 });
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  }, 120_000);
});
