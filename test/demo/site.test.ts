import iconv from 'iconv-lite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { texts } from '../../src/demo/site/body.js';
import { type Library, readLibrary } from '../../src/demo/site/library.js';
import { pathOf } from '../../src/demo/site/outlet.js';
import { type SampleSite, startSampleSite } from '../../src/demo/site/server.js';

const SAMPLE = new URL('../../sample/', import.meta.url).pathname;
const NOW = new Date('2026-01-02T03:04:05Z');

let site: SampleSite;
let library: Library;

beforeAll(async () => {
  library = await readLibrary(SAMPLE);
  site = await startSampleSite({ sampleDir: SAMPLE, clock: () => NOW });
});

afterAll(() => site.close());

function outletOf(id: string) {
  const found = site.outlets.find((outlet) => outlet.id === id);
  if (!found) throw new Error(`no outlet ${id}`);
  return found;
}

function urlOf(key: string): string {
  const article = library.articles.find((candidate) => candidate.key === key);
  const outlet = library.outlets.find(({ id }) => id === article?.outlet);
  if (!article || !outlet) throw new Error(`no article ${key}`);
  return new URL(pathOf(outlet, article), outletOf(outlet.id).siteUrl).href;
}

const feedOf = async (id: string): Promise<string> => (await fetch(outletOf(id).feedUrl)).text();

/** Text as a browser shows it: tags out, the four entities that the templates write in. */
const visible = (html: string): string =>
  html
    .replace(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');

describe('feeds', () => {
  const ROOT = { rss2: '<rss version="2.0"', atom: '<feed xmlns="http://www.w3.org/2005/Atom"', rdf: '<rdf:RDF' };

  it('are served in all three formats, with an entry for each article of the outlet', async () => {
    expect(new Set(site.outlets.map(({ format }) => format))).toEqual(new Set(['rss2', 'atom', 'rdf']));
    for (const outlet of site.outlets) {
      const feed = await feedOf(outlet.id);
      expect(feed).toContain(ROOT[outlet.format]);
      const own = library.articles.filter((article) => article.outlet === outlet.id);
      const carried = library.outlets.find(({ id }) => id === outlet.id)?.feed.carries ?? [];
      expect(feed.match(/<(?:item|entry)[ >]/g)).toHaveLength(own.length + carried.length);
      for (const article of own.filter(({ entry, serve }) => !entry.noLink && !serve.missing)) {
        expect(feed, article.key).toContain(urlOf(article.key));
      }
    }
  });

  it('have at least 45 entries from six outlets together', () => {
    expect(site.outlets).toHaveLength(6);
    expect(new Set(site.outlets.map(({ siteUrl }) => siteUrl)).size).toBe(6);
    expect(library.articles.length).toBeGreaterThanOrEqual(45);
  });

  it('print dates in the zone of the article, and the moment of building from the clock', async () => {
    const feed = await feedOf('caspian-observer');
    expect(feed).toContain('<pubDate>Fri, 10 Mar 2023 16:40:00 +0400</pubDate>');
    expect(feed).toContain('<lastBuildDate>Fri, 02 Jan 2026 03:04:00 +0000</lastBuildDate>');
  });

  it('answer 304 to their own ETag and to If-Modified-Since, and 200 to others', async () => {
    for (const { feedUrl } of site.outlets) {
      const first = await fetch(feedUrl);
      const etag = first.headers.get('etag') ?? '';
      expect(first.headers.get('last-modified')).toBe(NOW.toUTCString());
      const ask = async (headers: Record<string, string>) => (await fetch(feedUrl, { headers })).status;
      expect(await ask({ 'If-None-Match': etag })).toBe(304);
      expect(await ask({ 'If-None-Match': `W/${etag}, "x"` })).toBe(304);
      expect(await ask({ 'If-None-Match': '"other"', 'If-Modified-Since': NOW.toUTCString() })).toBe(200);
      expect(await ask({ 'If-Modified-Since': NOW.toUTCString() })).toBe(304);
      expect(await ask({ 'If-Modified-Since': new Date(NOW.getTime() - 60_000).toUTCString() })).toBe(200);
      expect(await ask({ 'If-Modified-Since': 'yesterday' })).toBe(200);
    }
  });
});

describe('pages', () => {
  it('hold the title and every sentence of their article', async () => {
    const plain = library.articles.filter(
      ({ entry, serve }) =>
        !entry.noLink && !serve.missing && !serve.failFirst && !serve.delayMs && serve.layout !== 'gallery',
    );
    expect(plain.length).toBeGreaterThan(45);
    for (const article of plain) {
      const response = await fetch(urlOf(article.key));
      expect(response.status, article.key).toBe(200);
      const page = iconv.decode(Buffer.from(await response.arrayBuffer()), article.serve.charset ?? 'utf-8');
      const text = visible(page);
      expect(text).toContain(article.title);
      for (const line of article.blocks.flatMap(texts)) expect(text, article.key).toContain(line);
    }
  });

  it('carry the metadata of their template', async () => {
    const page = async (key: string) => (await fetch(urlOf(key))).text();
    const graph = /<script type="application\/ld\+json">([\s\S]*?)<\/script>/.exec(
      await page('amber-coast/baltic-defence-line'),
    );
    expect(JSON.parse(graph?.[1] ?? '')).toMatchObject({
      '@graph': [{}, { '@type': 'NewsArticle', datePublished: '2024-01-19T17:30:00+02:00' }],
    });
    expect(await page('bosphorus-ledger/kaan-indonesia')).toContain('property="article:published_time"');
    expect(await page('breech-and-beacon/gcap-treaty-tokyo')).toContain('itemprop="articleBody"');
    const wire = await page('meridian-wire/sweden-joins-nato');
    expect(visible(wire)).toContain('WASHINGTON, March 7 (MWW) — Sweden became the thirty-second member');
    const ministry = await page('dunav-press/breeze-2024');
    expect(ministry).not.toMatch(/ld\+json|og:|itemprop/);
    expect(ministry).toContain('12.07.2024 11:30');
  });

  it('link to sections and to one another without a dead end', async () => {
    for (const { siteUrl } of site.outlets) {
      const home = await (await fetch(siteUrl)).text();
      const first = /<ul class="listing"><li><a href="([^"]+)"/.exec(home)?.[1] ?? '';
      const page = await (await fetch(first)).text();
      const links = [...page.matchAll(/href="((?:http:|\/section)[^"?]*)"/g)].map((match) => match[1] ?? '');
      expect(links.length).toBeGreaterThan(8);
      for (const link of new Set(links)) expect((await fetch(new URL(link, siteUrl))).status, link).not.toBe(404);
    }
  });

  it('name their feed, so that the feed can be found from the site', async () => {
    for (const { siteUrl, feedUrl } of site.outlets) {
      expect(await (await fetch(siteUrl)).text()).toContain(`href="${feedUrl}"`);
    }
  });

  it('answer HEAD without a body, 405 to other methods, 404 to other paths, and ignore the query', async () => {
    const url = urlOf('meridian-wire/sweden-joins-nato');
    const head = await fetch(url, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect((await fetch(url, { method: 'POST' })).status).toBe(405);
    expect((await fetch(`${url}?utm_source=x`)).status).toBe(200);
    expect((await fetch(`${outletOf('meridian-wire').siteUrl}no/such/page`)).status).toBe(404);
  });
});

describe('special cases', () => {
  it('serves Bulgarian in Windows-1251, declared by a meta element only', async () => {
    const response = await fetch(urlOf('dunav-press/ucheniya-bulgaria-rumania'));
    expect(response.headers.get('content-type')).toBe('text/html');
    const body = Buffer.from(await response.arrayBuffer());
    expect(body.toString('latin1')).toContain('content="text/html; charset=windows-1251"');
    expect(body.toString('utf8')).not.toContain('военни');
    expect(iconv.decode(body, 'windows-1251')).toContain('български и румънски военни инженери');
  });

  it('lists one story in two feeds under one address, once with utm parameters', async () => {
    const url = urlOf('meridian-wire/chile-argentina-antarctic-patrol');
    expect(await feedOf('meridian-wire')).toContain(`<link>${url}</link>`);
    expect(await feedOf('caspian-observer')).toContain(`<link>${url}?utm_source=caspian-observer&amp;utm_medium=rss`);
  });

  it('prints one syndicated text at two outlets', () => {
    const bodyOf = (key: string) => library.articles.find((article) => article.key === key)?.blocks;
    expect(bodyOf('caspian-observer/eu-facility-armenia')).toEqual(bodyOf('meridian-wire/eu-peace-facility-armenia'));
    expect(urlOf('caspian-observer/eu-facility-armenia')).not.toBe(urlOf('meridian-wire/eu-peace-facility-armenia'));
  });

  it('lists a page that is gone', async () => {
    const url = urlOf('dunav-press/field-hospital-notice');
    expect(await feedOf('dunav-press')).toContain(url);
    expect((await fetch(url)).status).toBe(404);
  });

  it('has an entry without link', async () => {
    const item = (await feedOf('caspian-observer')).split('<item>').find((text) => text.includes('Flash: Defence'));
    expect(item).toBeDefined();
    expect(item).not.toContain('<link>');
  });

  it('forbids /private/ in robots.txt and links there all the same', async () => {
    const { siteUrl } = outletOf('bosphorus-ledger');
    expect(await (await fetch(`${siteUrl}robots.txt`)).text()).toContain('Disallow: /private/');
    expect(await feedOf('bosphorus-ledger')).toContain(`${siteUrl}private/briefing/2023-46`);
  });

  it('has a raw ampersand and a bad date in one RSS feed', async () => {
    const feed = await feedOf('bosphorus-ledger');
    expect(feed).toContain('<title>Aselsan & Malaysian partner');
    expect(feed).toContain('<pubDate>Monday evening</pubDate>');
  });

  it('has a photo page with hardly any text', async () => {
    const page = await (await fetch(urlOf('amber-coast/lido-photo-page'))).text();
    expect(page).not.toContain('<p>');
    expect(page.match(/<figure>/g)).toHaveLength(8);
  });

  it('puts a consent wall before the text, which is still there', async () => {
    const page = await (await fetch(urlOf('breech-and-beacon/c390-dutch-austrian-order'))).text();
    expect(page.indexOf('We value your privacy')).toBeGreaterThan(0);
    expect(page.indexOf('Embraer')).toBeGreaterThan(0);
    expect(page.indexOf('id="cmp-wall"')).toBeLessThan(page.indexOf('<div class="topbar">'));
  });

  it('leaves the tags of one page unclosed', async () => {
    const page = await (await fetch(urlOf('amber-coast/siauliai-handover'))).text();
    expect(page.match(/<p[ >]/g)?.length).toBeGreaterThan(8);
    expect(page).not.toMatch(/<\/(?:p|li|body|html)>/);
  });

  it('takes two seconds for one page', async () => {
    const start = performance.now();
    expect((await fetch(urlOf('meridian-wire/guard-partnership-cabo-verde'))).status).toBe(200);
    expect(performance.now() - start).toBeGreaterThan(1_950);
  });

  it('answers 503 once and then the page', async () => {
    const other = await startSampleSite({ sampleDir: SAMPLE });
    const wire = other.outlets.find(({ id }) => id === 'meridian-wire')?.siteUrl ?? '';
    const url = new URL(new URL(urlOf('meridian-wire/argentina-nato-partner')).pathname, wire);
    const first = await fetch(url);
    expect([first.status, first.headers.get('retry-after')]).toEqual([503, '1']);
    expect((await fetch(url)).status).toBe(200);
    expect((await fetch(url)).status).toBe(200);
    await other.close();
  });
});

describe('the update', () => {
  it('changes one article and the feed of its outlet, and nothing else', async () => {
    const other = await startSampleSite({ sampleDir: SAMPLE, clock: () => new Date(NOW) });
    const at = (id: string) => other.outlets.find((outlet) => outlet.id === id)?.feedUrl ?? '';
    const page = new URL(urlOf('bosphorus-ledger/guler-to-visit-astana')).pathname;
    const pageUrl = new URL(page, at('bosphorus-ledger')).href;
    const tag = async (url: string) => (await fetch(url)).headers.get('etag');
    const before = {
      feed: await tag(at('bosphorus-ledger')),
      page: await tag(pageUrl),
      calm: await tag(at('amber-coast')),
    };
    expect(await (await fetch(pageUrl)).text()).toContain('will travel to Kazakhstan next week');

    other.publishUpdate();
    other.publishUpdate();
    const changed = await fetch(pageUrl, { headers: { 'If-None-Match': before.page ?? '' } });
    expect(changed.status).toBe(200);
    const text = await changed.text();
    expect(text).toContain('signed a military cooperation plan for 2025');
    expect(text).not.toContain('will travel to Kazakhstan next week');
    expect(changed.headers.get('last-modified')).toBe('Thu, 10 Oct 2024 14:35:00 GMT');
    expect(await tag(at('bosphorus-ledger'))).not.toBe(before.feed);
    expect(await tag(at('amber-coast'))).toBe(before.calm);
    const feed = await (await fetch(at('bosphorus-ledger'))).text();
    expect(feed).toContain('sign cooperation plan for 2025 in Astana');
    expect(feed).toContain(pageUrl);
    await other.close();
  });

  it('closes at once, even with a slow answer under way', async () => {
    const other = await startSampleSite({ sampleDir: SAMPLE });
    const wire = other.outlets.find(({ id }) => id === 'meridian-wire')?.siteUrl ?? '';
    const slow = fetch(new URL(new URL(urlOf('meridian-wire/guard-partnership-cabo-verde')).pathname, wire));
    const outcome = slow.then(
      () => 'answered',
      () => 'broken off',
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    const start = performance.now();
    await other.close();
    expect(performance.now() - start).toBeLessThan(1_000);
    expect(await outcome).toBe('broken off');
    await expect(fetch(wire)).rejects.toThrow();
  });
});
