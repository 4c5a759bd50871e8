import { afterAll, beforeAll, expect, it } from 'vitest';
import { toJson } from '../../../src/shared/db/json.js';
import { noteSource, saveSource } from '../../../src/shared/db/sources.js';
import { knownSources, sourceKey } from '../../../src/shared/db/twins.js';
import { openTestStores, type TestStores } from '../../support/stores.js';

let stores: TestStores;
beforeAll(async () => {
  stores = await openTestStores('pglite');
});
afterAll(() => stores?.close());

it('knows a source by the address it was listed at, the one it moved to and the one it calls its own', async () => {
  const row = { id: 'wire', url: 'http://www.wire.example/feed/', outlet: 'Wire', country: 'GEO', language: 'en' };
  await saveSource(stores.db, row, 'cli', new Date(0));
  const said = { format: 'rss2.0', hubs: [], self: 'https://feeds.example/wire?utm_source=self' };
  await noteSource(stores.db, 'wire', { url: 'https://new.example/rss', said: toJson(said) });
  const [known] = await knownSources(stores.db);
  for (const url of ['https://wire.example/feed', 'https://new.example/rss', 'https://feeds.example/wire']) {
    expect(known?.keys).toContain(sourceKey(url, null));
  }
});

it('tells two choices of links of one page apart', () => {
  const url = 'https://ministry.example/news';
  const keys = [null, { selector: '.a' }, { selector: '.b' }, { pattern: '.a' }].map((links) => sourceKey(url, links));
  expect(new Set(keys).size).toBe(4);
});
