import { describe, expect, it } from 'vitest';
import type { FeedItem } from '../../../src/shared/model/feed.js';
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
