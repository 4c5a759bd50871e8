import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadDueSource, noteSource, plannedSources, saveSource, syncSources } from '../../../src/shared/db/sources.js';
import { sourceStateCounts, sourceStatus } from '../../../src/shared/db/status.js';
import type { SourceInput } from '../../../src/shared/model/source.js';
import { learn } from '../../../src/workers/poll/pace.js';
import { openTestStores, type TestStores } from '../../support/stores.js';

const DAY = 86_400_000;
const NOW = new Date('2026-01-05T10:00:00Z');
const later = (ms: number): Date => new Date(NOW.getTime() + ms);
const stated: SourceInput = {
  id: 'wire',
  url: 'https://wire.example/feed',
  outlet: 'Wire',
  country: 'GEO',
  language: 'en',
};
const MOVED = 'https://new.wire.example/feed';

let stores: TestStores;
beforeAll(async () => {
  stores = await openTestStores('pglite');
});
afterAll(() => stores?.close());
beforeEach(async () => {
  await stores.db.deleteFrom('sources').execute();
  await saveSource(stores.db, stated, 'yaml', NOW);
});

const row = () => stores.db.selectFrom('sources').where('id', '=', 'wire').selectAll().executeTakeFirstOrThrow();
const due = async (at = NOW) => {
  const found = await loadDueSource(stores.db, 'wire', at);
  if (!found) throw new Error('not due');
  return found;
};

describe('a source', () => {
  it('is due at once when it is new, and stays as it was when it is stated again', async () => {
    expect(await plannedSources(stores.db)).toEqual([{ source: 'wire', atMs: NOW.getTime() }]);
    await noteSource(stores.db, 'wire', { next_poll_at: later(DAY), etag: '"a"' });
    const before = await row();
    await syncSources(stores.db, [stated], later(1000));
    expect(await row()).toEqual(before);
  });

  it('that moved stays moved while the operator states the old address, and follows a new one', async () => {
    await noteSource(stores.db, 'wire', { url: MOVED, etag: '"a"', next_poll_at: later(DAY) });
    await syncSources(stores.db, [stated], NOW);
    expect(await row()).toMatchObject({ url: MOVED, etag: '"a"' });
    await syncSources(stores.db, [{ ...stated, url: 'https://third.example/feed' }], NOW);
    expect(await row()).toMatchObject({ url: 'https://third.example/feed', etag: null, next_poll_at: NOW });
  });

  it('that is muted is asked no more, not even after a restart, until its address is mended', async () => {
    await noteSource(stores.db, 'wire', { muted: '410 Gone since 2026-01-04', failures: 1, error_score: 1 });
    await syncSources(stores.db, [stated], NOW);
    expect(await plannedSources(stores.db)).toEqual([]);
    expect(await sourceStatus(stores.db, NOW.getTime())).toMatchObject([
      { state: 'muted', detail: '410 Gone since 2026-01-04' },
    ]);
    await syncSources(stores.db, [{ ...stated, url: MOVED }], NOW);
    expect(await row()).toMatchObject({ muted: null, error_score: 0, failures: 0 });
    expect(await plannedSources(stores.db)).toHaveLength(1);
  });

  it('sends its validators, but none every eight days, nor when that is switched off', async () => {
    const polled = { etag: 'W/"a,b"', last_modified: 'Sun, 4 Jan 2026 09:00:00 GMT', body_hash: 'h' };
    expect((await due()).full).toBe(true);
    await noteSource(stores.db, 'wire', { ...polled, full_at: NOW });
    expect(await due(later(7.9 * DAY))).toMatchObject({
      full: false,
      source: { etag: polled.etag, lastModified: polled.last_modified, bodyHash: 'h' },
    });
    expect(await due(later(8.1 * DAY))).toMatchObject({
      full: true,
      source: { etag: null, lastModified: null, bodyHash: 'h' },
    });
    await syncSources(stores.db, [{ ...stated, conditional: false }], NOW);
    expect(await due()).toMatchObject({ full: true, source: { etag: null, lastModified: null } });
  });

  it('that is to be read in another way forgets what was read, and is due at once', async () => {
    const page: SourceInput = { ...stated, kind: 'page', links: { selector: 'h2 a', pattern: '/news/' } };
    await syncSources(stores.db, [page], NOW);
    const polled = {
      etag: '"a"',
      last_modified: 'long ago',
      body_hash: 'h',
      last_ok_at: NOW,
      next_poll_at: later(DAY),
    };
    await noteSource(stores.db, 'wire', polled);
    await syncSources(stores.db, [{ ...page, links: { pattern: '/news/', selector: 'h2 a' } }], later(1));
    expect(await row()).toMatchObject(polled);
    for (const change of [{ links: { selector: 'h3 a' } }, { identity: 'title' as const }]) {
      await noteSource(stores.db, 'wire', polled);
      await syncSources(stores.db, [{ ...page, ...change }], later(2));
      expect(await row()).toMatchObject({ etag: null, last_modified: null, body_hash: null, next_poll_at: later(2) });
    }
  });

  it('has an interval of whole seconds that a date can hold', async () => {
    for (const intervalSeconds of [1.5, 0, 1e11]) {
      await expect(saveSource(stores.db, { ...stated, intervalSeconds }, 'yaml', NOW)).rejects.toThrow(
        'intervalSeconds',
      );
    }
  });

  it('of a page or a sitemap comes back as it was stated', async () => {
    const page: SourceInput = {
      ...stated,
      kind: 'page',
      links: { selector: 'main h2 a', pattern: '/news/\\d+' },
      identity: 'link',
      intervalSeconds: 900,
    };
    await syncSources(stores.db, [page], NOW);
    const { source, standing } = await due();
    expect(source).toMatchObject({ kind: 'page', links: page.links, identity: 'link' });
    expect(standing.intervalSeconds).toBe(900);
  });
});

describe('the state of sources', () => {
  const stateOf = async (nowMs: number) => {
    const [one] = await sourceStatus(stores.db, nowMs);
    const counts = await sourceStateCounts(stores.db, nowMs);
    expect(counts.get(one?.state ?? 'ok')).toBe(1);
    return [one?.state, one?.detail];
  };

  it('tells which are new, well, failing, stale or off', async () => {
    expect(await stateOf(NOW.getTime())).toEqual(['new', null]);
    const published = Array.from({ length: 10 }, (_, n) => NOW.getTime() - n * DAY);
    const pace = JSON.stringify(learn(null, { nowMs: NOW.getTime(), published, entries: 10 }));
    await noteSource(stores.db, 'wire', { last_polled_at: NOW, last_ok_at: NOW, pace });
    expect(await stateOf(later(DAY).getTime())).toEqual(['ok', null]);
    expect(await stateOf(later(6 * DAY).getTime())).toEqual(['stale', 'nothing since 2026-01-05']);
    await noteSource(stores.db, 'wire', { failures: 2, last_failure: 'http/timeout: too slow' });
    expect(await stateOf(NOW.getTime())).toEqual(['failing', '2x http/timeout: too slow']);
    await syncSources(stores.db, [{ ...stated, enabled: false }], NOW);
    expect((await stateOf(NOW.getTime()))[0]).toBe('off');
  });
});
