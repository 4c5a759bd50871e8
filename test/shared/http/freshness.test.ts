import { describe, expect, it } from 'vitest';
import { freshSeconds } from '../../../src/shared/http/freshness.js';

const NOW = Date.UTC(2026, 0, 7, 10);
const of = (headers: Record<string, string>) => freshSeconds(new Map(Object.entries(headers)), NOW);

describe('how long an answer stays good', () => {
  it.each([
    [{ 'cache-control': 'public, max-age=600', expires: 'Wed, 07 Jan 2026 12:00:00 GMT' }, 600],
    [{ 'cache-control': 'max-age=600', age: '200' }, 400],
    [{ expires: 'Wed, 07 Jan 2026 10:05:00 GMT' }, 300],
    [{ expires: 'Wed, 07 Jan 2026 10:05:00 GMT', date: 'Wed, 07 Jan 2026 10:04:00 GMT' }, 60],
    [{ expires: '0' }, null],
    [{ 'cache-control': 'no-cache, max-age=600' }, null],
    [{ 'cache-control': 's-maxage=600' }, null],
    [{ 'cache-control': `max-age=${'9'.repeat(400)}` }, 2 ** 31],
    [{ 'cache-control': 'max-age=600', age: '9'.repeat(400) }, null],
    [{}, null],
  ])('%j: %s', (headers, seconds) => {
    expect(of(headers)).toBe(seconds);
  });
});
