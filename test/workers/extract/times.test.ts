import { describe, expect, it } from 'vitest';
import { findSentences } from '../../../src/shared/text/sentences.js';
import { tokenize } from '../../../src/shared/text/tokens.js';
import { readTimes } from '../../../src/workers/extract/times.js';

const read = (text: string, published: string | null = '2024-05-14') => {
  const tokens = tokenize(text);
  return readTimes({ text, tokens, sentences: findSentences(tokens), mentions: [], persons: [] }, published);
};
const times = (text: string, published?: string | null) =>
  read(text, published).map(({ start, end, precision }) => [start, end, precision]);

// 14 May 2024 is a Tuesday.
describe('temporal expressions', () => {
  it.each([
    ['on May 3, 2021', '2021-05-03', '2021-05-03', 'day'],
    ['on 3 May 2021', '2021-05-03', '2021-05-03', 'day'],
    ['on the 3rd of May 2021', '2021-05-03', '2021-05-03', 'day'],
    ['on April 28th', '2024-04-28', '2024-04-28', 'day'],
    ['on Friday, May 10', '2024-05-10', '2024-05-10', 'day'],
    ['on Friday (10 May)', '2024-05-10', '2024-05-10', 'day'],
    ['from 3 to 14 May 2021', '2021-05-03', '2021-05-14', 'day'],
    ['between 28 May and 3 June 2021', '2021-05-28', '2021-06-03', 'day'],
    ['on June 5-9, 2022', '2022-06-05', '2022-06-09', 'day'],
    ['on 2021-05-03', '2021-05-03', '2021-05-03', 'day'],
    ['on 03.05.2021', '2021-05-03', '2021-05-03', 'day'],
    ['on 23/05/2021', '2021-05-23', '2021-05-23', 'day'],
    ['in March 2020', '2020-03', '2020-03', 'month'],
    ['in March last year', '2023-03', '2023-03', 'month'],
    ['earlier in May', '2024-05', '2024-05', 'month'],
    ['in November', '2023-11', '2023-11', 'month'],
    ['from March to May 2021', '2021-03', '2021-05', 'month'],
    ['in the second half of 2025', '2025', '2025', 'year'],
    ['in spring 2023', '2023', '2023', 'year'],
    ['from 2014 to 2017', '2014', '2017', 'year'],
    ['in 2014-15', '2014', '2015', 'year'],
    ['since 1997', '1997', '1997', 'year'],
    ['since the 1960s', '1960', null, 'year'],
    ['on Monday', '2024-05-13', '2024-05-13', 'day'],
    ['on Tuesday', '2024-05-14', '2024-05-14', 'day'],
    ['last Tuesday', '2024-05-07', '2024-05-07', 'day'],
    ['yesterday', '2024-05-13', '2024-05-13', 'day'],
    ['this morning', '2024-05-14', '2024-05-14', 'day'],
    ['at the weekend', '2024-05-11', '2024-05-12', 'day'],
    ['earlier this month', '2024-05', '2024-05', 'month'],
    ['last month', '2024-04', '2024-04', 'month'],
    ['last year', '2023', '2023', 'year'],
    ['last autumn', '2023', '2023', 'year'],
    ['next spring', '2025', '2025', 'year'],
    ['two years ago', '2022', '2022', 'year'],
    ['a year ago', '2023', '2023', 'year'],
    ['three days ago', '2024-05-11', '2024-05-11', 'day'],
    ['three months ago', '2024-02', '2024-02', 'month'],
  ])('%s', (text, start, end, precision) => {
    expect(times(`They met ${text}.`)).toEqual([[start, end, precision]]);
  });

  it.each([
    ['They will meet on Friday.', '2024-05-17'],
    ['The course begins on Thursday.', '2024-05-16'],
    ['The two are holding talks on Monday.', '2024-05-20'],
    ['On Friday the frigate is expected in Riga.', '2024-05-17'],
    ['It will begin in February.', '2025-02'],
    ['They plan a summit five months from now.', '2024-10'],
    ['He was in Oslo ahead of a summit on 9 July.', '2024-07-09'],
  ])('look ahead where the clause does: %s', (text, start) => {
    expect(read(text).at(-1)?.start).toBe(start);
  });

  it('follow the verb of their own clause', () => {
    expect(times('It will arrive on Friday, he said on Monday.').map(([start]) => start)).toEqual([
      '2024-05-17',
      '2024-05-13',
    ]);
    expect(times('Some will stay, and on Monday the two signed.').map(([start]) => start)).toEqual(['2024-05-13']);
  });

  it('count from the expression before them', () => {
    expect(times('They met on 3 March 2019. The same year a plan followed. Two years later it ended.')).toEqual([
      ['2019-03-03', '2019-03-03', 'day'],
      ['2019', '2019', 'year'],
      ['2021', '2021', 'year'],
    ]);
    expect(times('They met in 2019. That day it rained.')).toHaveLength(1);
  });

  it('tell the year of an edition, and what leads them', () => {
    expect(read('Troops left for Steppe Shield 2023 in Astana.')[0]).toMatchObject({ start: '2023', form: 'edition' });
    expect(read('It goes on until Friday.')[0]).toMatchObject({ start: '2024-05-17', lead: 'until' });
    expect(read('They have trained there since May 2022.')[0]).toMatchObject({ since: true });
  });

  it('stay unread where no year can be known', () => {
    expect(times('They met on Monday, in March.', null)).toEqual([]);
    expect(times('They met in 2019.', null)).toEqual([['2019', '2019', 'year']]);
  });

  it('are not made of verbs, counts and numbers of other things', () => {
    expect(times('It may send 2000 soldiers and march on.')).toEqual([]);
    expect(times('It cited Resolution 1973 and paid $2024.')).toEqual([]);
    expect(times('It was built on 03/05/2021.').filter(([, , precision]) => precision === 'day')).toEqual([]);
  });
});
