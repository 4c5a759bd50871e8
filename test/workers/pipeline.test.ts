import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError, loadConfig, projectDir } from '../../src/shared/config.js';
import { asFailure, FAILURES, fateOf, isFailureCode, StageFailure } from '../../src/shared/failures.js';
import { Settlement } from '../../src/shared/model/settlement.js';
import { ARTIFACTS } from '../../src/shared/model/stages.js';
import { articleStages, definePipeline, pipeline, type Row, rowFor, stageNames } from '../../src/workers/pipeline.js';
import { defineStage, type Stage } from '../../src/workers/stage.js';

/** A stage of the given inputs that never runs here. */
const stage = (name: string, needs: z.ZodRawShape, makes: Stage['makes']): Stage =>
  defineStage({
    name,
    input: z.object(needs),
    makes,
    output: makes === 'settlement' ? Settlement : makes === 'sightings' ? z.unknown() : ARTIFACTS[makes],
    run: async () => {
      throw new Error('not run here');
    },
  });

const row = (one: Stage, to: string | null): Row => ({
  stage: one,
  to,
  concurrency: 1,
  attempts: 1,
  backoffMs: 1,
  limitMs: 1,
});

const fetching = stage('fetch', { article: z.unknown() }, 'page');
const cleaning = stage('clean', { article: z.unknown(), page: ARTIFACTS.page }, 'clean');
const storing = stage('store', { article: z.unknown(), clean: ARTIFACTS.clean }, 'settlement');

describe('the table of stages', () => {
  it('is the way of an article, from poll to store', () => {
    expect(stageNames).toEqual(['poll', 'fetch', 'clean', 'classify', 'extract', 'store']);
    expect(articleStages).toEqual(stageNames.slice(1));
    expect(definePipeline(pipeline)).toBe(pipeline);
    expect(pipeline.map((one) => one.to)).toEqual([...stageNames.slice(1), null]);
  });

  it('takes rows whose outputs fit the inputs below', () => {
    expect(() => definePipeline([row(fetching, 'clean'), row(cleaning, 'store'), row(storing, null)])).not.toThrow();
  });

  it('refuses a stage that stands in it twice', () => {
    expect(() => definePipeline([row(fetching, 'fetch'), row(fetching, null)])).toThrow(
      '"fetch" stands in the pipeline twice',
    );
  });

  it('refuses a stage that leads nowhere, or past the next one', () => {
    const rows = (to: string | null) => [row(fetching, to), row(cleaning, 'store'), row(storing, null)];
    expect(() => definePipeline(rows('nowhere'))).toThrow('"fetch" leads to "nowhere", but "clean" stands below it');
    expect(() => definePipeline(rows('store'))).toThrow('"fetch" leads to "store"');
    expect(() => definePipeline(rows(null))).toThrow('"fetch" leads to "null"');
    expect(() => definePipeline([row(fetching, 'clean'), row(cleaning, 'store')])).toThrow('"clean" leads to "store"');
  });

  it('refuses a need that nobody before it meets, and one that is met in another shape', () => {
    expect(() => definePipeline([row(cleaning, 'store'), row(storing, null)])).toThrow('"clean" needs "page"');
    const misfit = stage('clean', { page: z.object({ url: z.string() }) }, 'clean');
    expect(() => definePipeline([row(fetching, 'clean'), row(misfit, 'store'), row(storing, null)])).toThrow(
      '"clean" needs "page"',
    );
    const easy = stage('clean', { article: z.unknown(), page: ARTIFACTS.page.optional() }, 'clean');
    expect(() => definePipeline([row(easy, 'store'), row(storing, null)])).not.toThrow();
  });

  it('refuses an end that settles nothing, and a settlement before the end', () => {
    expect(() => definePipeline([row(fetching, 'clean'), row(cleaning, null)])).toThrow('must settle the article');
    const early = stage('settle', { article: z.unknown() }, 'settlement');
    const late = stage('store', { article: z.unknown() }, 'settlement');
    expect(() => definePipeline([row(early, 'store'), row(late, null)])).toThrow('must not settle');
  });

  it('lays the configuration over a row, and knows no other stages', () => {
    const config = loadConfig({
      env: {},
      cwd: projectDir,
      set: ['stages.clean.concurrency=3', 'stages.clean.limitMs=900'],
    });
    const shipped = pipeline.find((one) => one.stage.name === 'clean');
    expect(rowFor('clean', config)).toEqual({ ...shipped, concurrency: 3, limitMs: 900 });
    expect(() => rowFor('wash', config)).toThrow(ConfigError);
    expect(() => rowFor('wash', config)).toThrow(stageNames.join(', '));
  });
});

describe('a stage', () => {
  it('refuses input and output that do not fit its schemas', async () => {
    const broken = defineStage({
      name: 'broken',
      input: z.object({ article: z.string() }),
      makes: 'clean',
      output: z.object({ text: z.string().max(3) }),
      run: async ({ article }) => ({ text: article }),
    });
    const config = loadConfig({ env: {}, cwd: projectDir });
    const unused = () => Promise.reject(new Error('not asked here'));
    const deps = {
      config,
      clock: { now: () => 0, sleep: async () => {} },
      http: { get: unused, close: async () => {} },
      threads: {
        feed: unused,
        sitemap: unused,
        listing: unused,
        clean: unused,
        classify: unused,
        extract: unused,
        ground: unused,
        size: 1,
        close: async () => {},
      },
      llm: null,
    };
    const context = { stop: new AbortController().signal, limitMs: 1000, member: 'test' };
    expect(await broken.run({ article: 'abc' }, deps, context)).toEqual({ text: 'abc' });
    await expect(broken.run({ article: 1 }, deps, context)).rejects.toMatchObject({ code: 'stage/bad-output' });
    await expect(broken.run({ article: 'abcd' }, deps, context)).rejects.toMatchObject({ code: 'stage/bad-output' });
  });
});

describe('the table of failures', () => {
  const sources = readdirSync(join(projectDir, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => ({ file, text: readFileSync(join(projectDir, 'src', file), 'utf8') }));

  it('has every code that the sources throw', () => {
    const thrown = sources.flatMap(({ file, text }) =>
      [...text.matchAll(/StageFailure\(\s*'([^']+)'/g)].map(([, code]) => ({ file, code: code ?? '' })),
    );
    expect(thrown.length).toBeGreaterThan(20);
    expect(thrown.filter(({ code }) => !isFailureCode(code))).toEqual([]);
  });

  it('has no code that nothing gives', () => {
    const elsewhere = sources
      .filter(({ file }) => !file.endsWith('failures.ts'))
      .map(({ text }) => text)
      .join('\n');
    expect(Object.keys(FAILURES).filter((code) => !elsewhere.includes(`'${code}'`))).toEqual(['internal/unexpected']);
  });

  it('makes whatever is thrown one of its own, which is tried again', () => {
    const failure = asFailure(new TypeError('x is not a function'));
    expect(failure).toMatchObject({ code: 'internal/unexpected', fate: 'retry' });
    expect(failure.message).toContain('x is not a function');
    expect(asFailure('a string').message).toContain('a string');
    const own = new StageFailure('fetch/status-429', 'h.example', { retryAtMs: 5 });
    expect(asFailure(own)).toBe(own);
    expect(fateOf('fetch/status-429')).toBe('wait');
  });
});
