import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { canonicalUrl } from '../../../src/shared/canonical-url.js';
import { advance, articleId, loadArticle, loadArtifacts } from '../../../src/shared/db/articles.js';
import { claimIdentity } from '../../../src/shared/db/claims.js';
import { migrate } from '../../../src/shared/db/migrations.js';
import { progressOf, restart, selectArticles } from '../../../src/shared/db/reingest.js';
import { type Ending, settle } from '../../../src/shared/db/settle.js';
import { recordSightings } from '../../../src/shared/db/sightings.js';
import { saveSource, syncSources } from '../../../src/shared/db/sources.js';
import { ledgerCounts } from '../../../src/shared/db/status.js';
import { identify } from '../../../src/workers/store/record-id.js';
import { aCleanArticle, aRecord, aSighting } from '../../support/samples.js';
import { DATABASES, openTestStores, type TestStores } from '../../support/stores.js';

const idAt = (path: string) => articleId(canonicalUrl(`https://wire.example/${path}`));
const now = new Date('2026-01-05T10:00:00Z');
const source = {
  id: 'caucasus-wire',
  url: 'https://wire.example/feed',
  outlet: 'Caucasus Wire',
  country: 'GEO',
  language: 'en',
  enabled: true,
  intervalSeconds: 600,
};

describe.each(DATABASES)('the ledger on %s', (kind) => {
  let stores: TestStores;
  beforeAll(async () => {
    stores = await openTestStores(kind);
  });
  afterAll(() => stores.close());
  beforeEach(async () => {
    for (const table of ['outbox', 'entries', 'articles', 'sources'] as const)
      await stores.db.deleteFrom(table).execute();
    await saveSource(stores.db, source, 'yaml', now);
  });

  const see = (...sightings: ReturnType<typeof aSighting>[]) => recordSightings(stores.db, source.id, sightings, now);
  const ending = (id: string, over: Partial<Ending> = {}): Ending => ({
    articleId: id,
    run: 1,
    stage: 'fetch',
    outcome: 'stored',
    reason: 'records',
    detail: null,
    duplicateOf: null,
    facts: { title: 'A title', publishedAt: '2026-01-04', language: 'en' },
    records: { rules: 'r1', list: identify(id, [aRecord()]) },
    deadLetter: null,
    artifact: null,
    ...over,
  });
  const end = (item: Ending) => settle(stores.db, [item], { sinks: ['stream', 'jsonl'], eventSource: 'urn:test', now });
  const told = () => stores.db.selectFrom('outbox').orderBy('seq').select(['sink', 'event_id', 'envelope']).execute();

  it('can be migrated by two at once and again', async () => {
    await Promise.all([migrate(stores.db), migrate(stores.db)]);
  });

  it('makes an article of a new address, a duplicate of a known one, and keeps what has none', async () => {
    const seen = await see(aSighting('1', 'https://wire.example/a'), aSighting('2', 'https://wire.example/a'), {
      ...aSighting('3', 'https://wire.example/b'),
      url: null,
      urlKey: null,
      skip: 'entry/no-link',
    });
    expect(seen).toMatchObject({ entries: 3, created: 1, duplicates: 1, skipped: 1 });
    expect(await ledgerCounts(stores.db)).toEqual([
      { outcome: 'duplicate', reason: 'entry/same-article', count: 1 },
      { outcome: 'pending', reason: null, count: 1 },
      { outcome: 'skipped', reason: 'entry/no-link', count: 1 },
    ]);
  });

  it('changes nothing when the same poll is written twice', async () => {
    await see(aSighting('1', 'https://wire.example/a'));
    expect(await see(aSighting('1', 'https://wire.example/a'))).toMatchObject({ created: 0, revised: 0, toFetch: [] });
  });

  it('writes entries once when two polls of the same feed come at once', async () => {
    const batch = Array.from({ length: 30 }, (_, n) => aSighting(`${n}`, `https://wire.example/${n}`));
    const both = await Promise.all([see(...batch), see(...batch)]);
    expect(both.reduce((sum, seen) => sum + seen.created, 0)).toBe(30);
    expect(await ledgerCounts(stores.db)).toEqual([{ outcome: 'pending', reason: null, count: 30 }]);
  });

  it('writes the polls of two sources that bring the same articles in different orders', async () => {
    await saveSource(stores.db, { ...source, id: 'twin', url: 'https://twin.example/feed' }, 'yaml', now);
    const some = Array.from({ length: 200 }, (_, n) => aSighting(`k${n}`, `https://wire.example/${n}`));
    const seen = await Promise.all([
      see(...some),
      recordSightings(stores.db, 'twin', some.toReversed(), now),
      see(...some.toReversed()),
    ]);
    expect(seen.reduce((sum, one) => sum + one.created, 0)).toBe(200);
  });

  it('reads an article anew when its entry has changed, and not when only seen again', async () => {
    const [first] = (await see(aSighting('1', 'https://wire.example/a'))).toFetch;
    await end(ending(first?.id ?? ''));
    const seen = await see({ ...aSighting('1', 'https://wire.example/a'), contentHash: 'other' });
    expect(seen.toFetch).toEqual([{ id: first?.id, run: 2 }]);
    expect(await loadArticle(stores.db, first?.id ?? '')).toMatchObject({ stage: 'fetch', run: 2 });
  });

  it('moves an article on once, whoever comes second', async () => {
    await see(aSighting('1', 'https://wire.example/a'));
    const id = idAt('a');
    const step = {
      articleId: id,
      run: 1,
      from: 'fetch',
      to: 'clean',
      artifact: { name: 'clean' as const, body: aCleanArticle() },
    };
    expect(await advance(stores.db, [step], now)).toEqual([true]);
    expect(await advance(stores.db, [step], now)).toEqual([false]);
    expect((await loadArtifacts(stores.db, id, 1, ['clean', 'page'])).clean?.title).toBe('Defence ministers meet');
  });

  it('leaves the new run alone when a step of the old one comes in the same batch', async () => {
    await see(aSighting('1', 'https://wire.example/a'));
    const id = idAt('a');
    const step = (run: number, from: string, to: string, title: string) => ({
      articleId: id,
      run,
      from,
      to,
      artifact: { name: 'clean' as const, body: { ...aCleanArticle(), title } },
    });
    await restart(stores.db, [{ id, from: 'fetch' }], now);
    const batch = [
      step(1, 'clean', 'classify', 'old'),
      step(2, 'fetch', 'clean', 'new'),
      step(1, 'fetch', 'clean', 'old'),
    ];
    expect(await advance(stores.db, batch, now)).toEqual([false, true, false]);
    expect(await loadArticle(stores.db, id)).toMatchObject({ run: 2, stage: 'clean' });
    expect((await loadArtifacts(stores.db, id, 2, ['clean'])).clean?.title).toBe('new');
  });

  it('makes an article of an entry whose link came later', async () => {
    await see({ ...aSighting('1', 'https://wire.example/a'), url: null, urlKey: null, skip: 'entry/no-link' });
    const seen = await see({ ...aSighting('1', 'https://wire.example/a'), contentHash: 'with link' });
    expect(seen).toMatchObject({ created: 1, toFetch: [{ id: idAt('a'), run: 1 }] });
    expect(await ledgerCounts(stores.db)).toEqual([{ outcome: 'pending', reason: null, count: 1 }]);
  });

  it('takes addresses of any length', async () => {
    const long = `https://wire.example/?q=${'x'.repeat(20_000)}`;
    const { toFetch } = await see(aSighting('1', long), aSighting('2', 'https://wire.example/b'));
    expect(toFetch).toHaveLength(2);
    expect(await selectArticles(stores.db, { url: long }, 'fetch')).toHaveLength(1);
  });

  it('counts an artifact of another shape as not there', async () => {
    await see(aSighting('1', 'https://wire.example/a'));
    const artifact = { name: 'clean' as const, body: { title: 'of an older version' } };
    await advance(stores.db, [{ articleId: idAt('a'), run: 1, from: 'fetch', to: 'clean', artifact }], now);
    expect((await loadArtifacts(stores.db, idAt('a'), 1, ['clean'])).clean).toBeUndefined();
  });

  it('ends an article in one transaction: outcome, records, changes and an event for each sink', async () => {
    await see(aSighting('1', 'https://wire.example/a'));
    const id = idAt('a');
    expect(await end(ending(id))).toEqual([{ done: true, created: 1, changed: 0, withdrawn: 0 }]);
    expect(await end(ending(id))).toMatchObject([{ done: false }]);
    const events = await told();
    expect(events.map((event) => event.sink)).toEqual(['stream', 'jsonl']);
    expect(events[0]?.envelope).toMatchObject({
      specversion: '1.0',
      type: 'communique.record.created',
      source: 'urn:test',
    });
  });

  it('replaces records on a new run and tells what changed, with ids that never repeat', async () => {
    await see(aSighting('1', 'https://wire.example/a'));
    const id = idAt('a');
    await end(ending(id));
    const rerun = async (list: ReturnType<typeof aRecord>[]) => {
      const [begun] = await restart(stores.db, [{ id, from: 'fetch' }], now);
      const [result] = await end(
        ending(id, { run: begun?.run ?? 0, records: { rules: 'r2', list: identify(id, list) } }),
      );
      return { result, run: begun?.run ?? 0 };
    };
    expect((await rerun([aRecord()])).result).toMatchObject({ created: 0, changed: 0, withdrawn: 0 });
    expect((await rerun([{ ...aRecord(), status: 'planned' }])).result).toMatchObject({ changed: 1 });
    expect((await rerun([])).result).toMatchObject({ withdrawn: 1 });
    const { result, run } = await rerun([aRecord()]);
    expect(result).toMatchObject({ created: 1 });
    expect(await progressOf(stores.db, [{ id, run }])).toMatchObject({ ended: 1, created: 1 });
    const ids = (await told()).filter((event) => event.sink === 'stream').map((event) => event.event_id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toHaveLength(4);
  });

  it('keeps the records when a re-run fails, and withdraws them when it finds the article irrelevant', async () => {
    await see(aSighting('1', 'https://wire.example/a'));
    const id = idAt('a');
    await end(ending(id));
    await restart(stores.db, [{ id, from: 'fetch' }], now);
    await end(
      ending(id, { run: 2, outcome: 'failed', reason: 'fetch/status-404', records: null, deadLetter: { attempts: 1 } }),
    );
    expect(await stores.db.selectFrom('records').selectAll().execute()).toHaveLength(1);
    await restart(stores.db, [{ id, from: 'fetch' }], now);
    await end(
      ending(id, { run: 3, outcome: 'irrelevant', reason: 'classify/irrelevant', records: { rules: '', list: [] } }),
    );
    expect(await stores.db.selectFrom('records').selectAll().execute()).toHaveLength(0);
    expect(await stores.db.selectFrom('dead_letters').selectAll().execute()).toHaveLength(0);
  });

  it('keeps texts that PostgreSQL would refuse, without moving an offset', async () => {
    await see({ ...aSighting('1', 'https://wire.example/a'), title: 'nul \0 and half \ud83d' });
    const id = idAt('a');
    const clean = { ...aCleanArticle(), text: 'a\0b\ud83dc' };
    await advance(
      stores.db,
      [{ articleId: id, run: 1, from: 'fetch', to: 'clean', artifact: { name: 'clean', body: clean } }],
      now,
    );
    expect((await loadArtifacts(stores.db, id, 1, ['clean'])).clean?.text).toHaveLength(5);
  });

  it('finds the second telling of a text, and of a canonical address with the same headline', async () => {
    await see(...['a', 'b', 'c'].map((path) => aSighting(path, `https://wire.example/${path}`)));
    const load = async (path: string) => {
      const found = await loadArticle(stores.db, idAt(path));
      if (!found) throw new Error('not there');
      return found;
    };
    const [a, b, c] = [await load('a'), await load('b'), await load('c')];
    expect(await claimIdentity(stores.db, a, aCleanArticle())).toBeNull();
    expect(await claimIdentity(stores.db, a, aCleanArticle())).toBeNull();
    expect(await claimIdentity(stores.db, b, aCleanArticle())).toEqual({
      of: a.id,
      reason: 'article/duplicate-text',
      similarity: 1,
    });
    const other = {
      ...aCleanArticle(),
      text: `${aCleanArticle().text} And more.`,
      title: a.title,
      canonicalUrl: 'https://wire.example/a',
    };
    expect(await claimIdentity(stores.db, c, other)).toEqual({
      of: a.id,
      reason: 'article/duplicate-url',
      similarity: null,
    });
  });

  it('selects what to read again, and says where it can begin', async () => {
    await see(aSighting('1', 'https://wire.example/a'), aSighting('2', 'https://wire.example/b'));
    const id = idAt('a');
    await advance(
      stores.db,
      [{ articleId: id, run: 1, from: 'fetch', to: 'clean', artifact: { name: 'clean', body: aCleanArticle() } }],
      now,
    );
    const all = await selectArticles(stores.db, { source: source.id }, 'classify');
    expect(new Map(all.map((one) => [one.id, one.from]))).toEqual(
      new Map([
        [id, 'classify'],
        [idAt('b'), 'fetch'],
      ]),
    );
    expect(await selectArticles(stores.db, { url: 'https://www.wire.example/a?utm_source=x' }, 'fetch')).toEqual([
      { id, from: 'fetch' },
    ]);
    await expect(selectArticles(stores.db, { article: 'a0' }, 'fetch')).rejects.toThrow('there is no article "a0"');
    await expect(selectArticles(stores.db, { source: 'nobody' }, 'fetch')).rejects.toThrow('there is no source');
    await expect(selectArticles(stores.db, {}, 'fetch')).rejects.toThrow('say which articles');
  });

  it('follows the YAML: what left it is switched off, what was added by command stays', async () => {
    await saveSource(stores.db, { ...source, id: 'by-hand', url: 'https://hand.example/feed' }, 'cli', now);
    await syncSources(stores.db, [], now);
    const rows = await stores.db.selectFrom('sources').select(['id', 'enabled']).orderBy('id').execute();
    expect(rows).toEqual([
      { id: 'by-hand', enabled: true },
      { id: 'caucasus-wire', enabled: false },
    ]);
  });
});
