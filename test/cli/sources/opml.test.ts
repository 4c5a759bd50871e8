import { describe, expect, it } from 'vitest';
import { loadCountryNames } from '../../../src/cli/sources/country.js';
import { OWN, readOpml, writeOpml } from '../../../src/cli/sources/opml.js';
import { planImport } from '../../../src/cli/sources/transfer.js';
import { sourceKey } from '../../../src/shared/db/twins.js';
import { Source, type SourceInput } from '../../../src/shared/model/source.js';

const names = loadCountryNames();
const opml = (inside: string) =>
  `<?xml version="1.0"?><opml version="1.1"><head><title>x</title></head><body>${inside}</body></opml>`;
const plan = (text: string, options = {}) => planImport(readOpml(text), [], options, names);

const SOURCES = (
  [
    {
      id: 'harbour',
      url: 'https://harbour.example/rss?a=1&b=2',
      outlet: 'Harbour "Gazette" & <Post>',
      country: 'GBR',
      language: 'en',
    },
    {
      id: 'dock',
      url: 'https://dock.example/sitemap.xml',
      outlet: 'Dock',
      country: 'EST',
      language: 'et',
      kind: 'sitemap',
      links: { pattern: '/uudis/\\d+' },
    },
    {
      id: 'quay',
      url: 'https://quay.example/news',
      outlet: 'Quay',
      country: 'INT',
      language: 'en-GB',
      kind: 'page',
      links: { selector: 'ul > li\n a', pattern: '"x"' },
      enabled: false,
    },
    {
      id: 'pier',
      url: 'https://pier.example/feed',
      outlet: 'Pier',
      country: 'GEO',
      language: 'ka',
      identity: 'guid+link',
      conditional: false,
      intervalSeconds: 900,
    },
  ] satisfies SourceInput[]
).map((row) => Source.parse(row));

describe('OPML', () => {
  it('brings every source back as it was', () => {
    const written = writeOpml(SOURCES, new Date('2026-01-05T10:00:00Z'));
    expect(plan(written)).toEqual({ rows: SOURCES, twins: [], refused: [] });
  });

  it('gives other readers an address to subscribe to for feeds only', () => {
    const written = writeOpml(SOURCES, new Date('2026-01-05T10:00:00Z'));
    expect(written.match(/xmlUrl="[^"]*"/g)).toEqual([
      'xmlUrl="https://harbour.example/rss?a=1&#38;b=2"',
      'xmlUrl="https://pier.example/feed"',
    ]);
  });

  it('is read through folders, raw ampersands, any case and outlines left open', () => {
    const feeds = readOpml(
      opml(
        `<outline text="Navies"><outline TEXT='Fleet &amp; Crew' xmlURL="https://fleet.example/rss?a=1&b=2" />` +
          '<outline title="Open" text="o" xmlUrl=" https://open.example/ ">\n<outline text="Empty"/><outline text="No address" xmlUrl=""/>',
      ),
    );
    expect(
      feeds.map(({ line, folders, attributes }) => [line, folders, attributes.get('text'), attributes.get('xmlurl')]),
    ).toEqual([
      [1, ['Navies'], 'Fleet & Crew', 'https://fleet.example/rss?a=1&b=2'],
      [1, ['Navies'], 'o', 'https://open.example/'],
    ]);
  });

  it('knows our attributes by their namespace, whatever prefix the file has', () => {
    const text =
      '<opml xmlns:Q="urn:communique:source"><body><outline Q:kind="page" url="https://a.example/"/></body></opml>';
    expect(readOpml(text)[0]?.attributes.get(`${OWN}kind`)).toBe('page');
  });

  it.each([
    ['nothing', '', 'it holds no element'],
    ['a feed', '<rss><channel/></rss>', 'its first element is <rss>'],
    ['a page', '<!doctype html><html></html>', 'its first element is <html>'],
    ['no feed', opml('<outline text="Folder"/>'), 'it names no feed'],
    ['a cut file', opml('<outline xmlUrl="https://a.example/"/>').replace('</opml>', ''), 'it ends before its </opml>'],
  ])('refuses %s whole', (_name, text, why) => {
    expect(() => readOpml(text)).toThrow(
      expect.objectContaining({ name: 'UsageError', message: expect.stringContaining(why) }),
    );
  });

  it('survives a hundred thousand outlines, ten thousand deep', () => {
    const deep = `${'<outline text="f">'.repeat(10_000)}<outline xmlUrl="https://a.example/"/>${'</outline>'.repeat(10_000)}`;
    expect(readOpml(opml(deep + '<outline text="x"/>'.repeat(89_999)))).toHaveLength(1);
    expect(() => readOpml(opml('<outline text="x"/>'.repeat(100_001)))).toThrow('more than 100000 outlines');
    const many = Array.from({ length: 10_001 }, (_, n) => `<outline xmlUrl="https://a.example/${n}"/>`).join('');
    expect(() => readOpml(opml(many))).toThrow('more than 10000 feeds');
  });
});

describe('an import', () => {
  const feed = (url: string, more = '') => `<outline text="Fleet News" xmlUrl="${url}" ${more}/>`;

  it('completes rows from what the file and the options say, and from the ending of the address', () => {
    const { rows, refused } = plan(
      opml(
        feed('https://fleet.gov.ge/rss', 'language="ka-GE"') +
          feed('https://fleet.example/rss', 'htmlUrl="https://fleet.co.uk/"'),
      ),
      { language: 'en' },
    );
    expect(refused).toEqual([]);
    expect(rows).toMatchObject([
      { id: 'fleet-news', outlet: 'Fleet News', country: 'GEO', language: 'ka-GE', kind: 'feed' },
      { id: 'fleet-news-2', country: 'GBR', language: 'en' },
    ]);
    expect(plan(opml(feed('https://fleet.gov.ge/rss')), { country: 'INT', language: 'en' }).rows[0]?.country).toBe(
      'INT',
    );
  });

  it('says of each row that cannot be completed why', () => {
    const { rows, refused } = plan(
      opml(`${feed('https://fleet.example/rss')}\n${feed('mailto:x', 'language="en"')}`),
      {},
    );
    expect(rows).toEqual([]);
    expect(refused).toEqual([
      'line 1: Fleet News: the address does not tell the country: give --country; it does not say its language: give --language',
      'line 2: Fleet News: the address does not tell the country: give --country',
    ]);
    const bad = plan(opml(feed('mailto:x')), { country: 'INT', language: 'en' });
    expect(bad.refused[0]).toMatch(/^line 1: Fleet News: url "mailto:x"/);
  });

  it('tells what is there already, in the database or in the file', () => {
    const text = opml(
      feed('http://www.fleet.example/rss/') +
        feed('https://dock.example/rss') +
        feed('https://dock.example/rss?utm_source=x'),
    );
    const known = [
      {
        id: 'old',
        url: 'https://fleet.example/rss',
        enabled: false,
        keys: [sourceKey('https://fleet.example/rss', null)],
      },
    ];
    const { rows, twins } = planImport(readOpml(text), known, { country: 'INT', language: 'en' }, names);
    expect(rows.map(({ id }) => id)).toEqual(['fleet-news']);
    expect(twins).toEqual([
      'line 1: http://www.fleet.example/rss/ is there already as old',
      'line 1: https://dock.example/rss?utm_source=x is there already as fleet-news',
    ]);
  });
});
