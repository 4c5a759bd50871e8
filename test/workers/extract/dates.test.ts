import { describe, expect, it } from 'vitest';
import { tokenize } from '../../../src/shared/text/tokens.js';
import { findTimes } from '../../../src/workers/extract/dates.js';

const times = (text: string, published: string | null = '2024-05-14', future = false) => {
  const tokens = tokenize(text);
  return findTimes(tokens, 0, tokens.length, published, future).map(({ start, end, precision }) => [
    start,
    end,
    precision,
  ]);
};

// 14 May 2024 is a Tuesday.
describe('temporal expressions', () => {
  it.each([
    ['on May 3, 2021', '2021-05-03', '2021-05-03', 'day'],
    ['on 3 May 2021', '2021-05-03', '2021-05-03', 'day'],
    ['from 3 to 14 May 2021', '2021-05-03', '2021-05-14', 'day'],
    ['on June 5-9, 2022', '2022-06-05', '2022-06-09', 'day'],
    ['in March 2020', '2020-03', '2020-03', 'month'],
    ['in November', '2023-11', '2023-11', 'month'],
    ['since 1997', '1997', '1997', 'year'],
    ['on Monday', '2024-05-13', '2024-05-13', 'day'],
    ['on Tuesday', '2024-05-14', '2024-05-14', 'day'],
    ['yesterday', '2024-05-13', '2024-05-13', 'day'],
    ['last month', '2024-04', '2024-04', 'month'],
    ['last year', '2023', '2023', 'year'],
    ['next spring', '2025', '2025', 'year'],
    ['two years ago', '2022', '2022', 'year'],
    ['three days ago', '2024-05-11', '2024-05-11', 'day'],
  ])('%s', (text, start, end, precision) => {
    expect(times(`They met ${text}`)).toEqual([[start, end, precision]]);
  });
  it('look ahead where the clause does', () => {
    expect(times('They will meet on Friday', '2024-05-14', true)).toEqual([['2024-05-17', '2024-05-17', 'day']]);
    expect(times('It will begin in February', '2024-05-14', true)).toEqual([['2025-02', '2025-02', 'month']]);
  });
  it('stay unread where no year can be known', () => {
    expect(times('on Monday, in March', null)).toEqual([]);
    expect(times('in 2019', null)).toEqual([['2019', '2019', 'year']]);
  });
  it('are not made of verbs and counts', () => {
    expect(times('It may send 2000 soldiers and march on')).toEqual([]);
  });
});
