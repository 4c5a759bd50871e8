import { describe, expect, it } from 'vitest';
import type { FeedItem } from '../../../src/shared/model/feed.js';
import type { IdentityRule } from '../../../src/shared/model/source.js';
import { entryHash, entryKey } from '../../../src/workers/poll/identity.js';

const item = (values: Partial<FeedItem>): FeedItem => ({
  published: null,
  updated: null,
  categories: [],
  enclosures: [],
  problems: [],
  ...values,
});
const none = new Set<string>();

describe('identity of entries', () => {
  it('is the guid, whatever the link', () => {
    expect(entryKey(item({ id: 'a', link: 'https://e.org/1' }), none)).toBe(
      entryKey(item({ id: 'a', link: 'https://e.org/2' }), none),
    );
  });

  it('is guid and link where a guid repeats', () => {
    const repeated = new Set(['a']);
    const [one, other] = ['https://e.org/1', 'https://e.org/2'].map((link) =>
      entryKey(item({ id: 'a', link }), repeated),
    );
    expect(one).not.toBe(other);
  });

  it('is the link in any spelling without a guid', () => {
    expect(entryKey(item({ link: 'http://www.e.org/1?utm_source=x' }), none)).toBe(
      entryKey(item({ link: 'https://e.org/1' }), none),
    );
  });

  it('is title and content without a link', () => {
    const one = entryKey(item({ title: 'A', content: 'x' }), none);
    expect(entryKey(item({ title: 'A', content: 'x', published: '2024-01-01T00:00:00Z' }), none)).toBe(one);
    expect(entryKey(item({ title: 'A', content: 'y' }), none)).not.toBe(one);
  });

  it('takes a guid that repeats without a link with title and content', () => {
    const [one, other] = ['A', 'B'].map((title) => entryKey(item({ id: 'a', title }), new Set(['a'])));
    expect(one).not.toBe(other);
  });

  describe('by the rule of a source', () => {
    const one = item({ id: 'a', link: 'https://e.org/1', title: 'One' });
    const key = (of: FeedItem, rule: IdentityRule): string => entryKey(of, new Set(['a']), rule);
    const differing: Readonly<Record<string, FeedItem>> = {
      id: { ...one, id: 'b' },
      link: { ...one, link: 'https://e.org/2' },
      title: { ...one, title: 'Two' },
    };

    it.each([
      ['guid', ['id']],
      ['link', ['link']],
      ['guid+link', ['id', 'link']],
      ['title', ['title']],
    ] as const)('%s: only %s tell entries apart', (rule, parts) => {
      const apart = Object.keys(differing).filter((part) => key(differing[part] ?? one, rule) !== key(one, rule));
      expect(apart).toEqual(parts);
    });

    it.each(['guid', 'link', 'guid+link', 'title'] as const)(
      '%s: an entry without it has a key all the same',
      (rule) => {
        const bare = item({ content: 'x' });
        expect(key(bare, rule)).toBe(entryKey(bare, none));
        expect(key({ ...bare, content: 'y' }, rule)).not.toBe(key(bare, rule));
      },
    );
  });

  it('keeps keys short enough for an index', () => {
    expect(entryKey(item({ id: 'x'.repeat(10_000) }), none).length).toBeLessThan(600);
  });

  it('hashes what a reader would see change, and no date', () => {
    const base = item({ title: 'A', summary: 'b', content: 'c', link: 'https://e.org/' });
    expect(entryHash({ ...base, published: '2024-01-01T00:00:00Z', updated: '2025-01-01T00:00:00Z' })).toBe(
      entryHash(base),
    );
    for (const change of [{ title: 'B' }, { summary: 'x' }, { content: 'x' }, { link: 'https://e.org/2' }]) {
      expect(entryHash({ ...base, ...change })).not.toBe(entryHash(base));
    }
    expect(entryHash(item({ title: 'ab', summary: 'c' }))).not.toBe(entryHash(item({ title: 'a', summary: 'bc' })));
  });
});
