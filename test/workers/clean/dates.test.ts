import { describe, expect, it } from 'vitest';
import { dateInUrl, readDate } from '../../../src/workers/clean/dates.js';

describe('readDate', () => {
  it.each([
    ['2023-03-10T14:05:00+04:00', null, '2023-03-10T14:05:00+04:00'],
    ['2023-03-10T14:05Z', null, '2023-03-10T14:05Z'],
    ['2023-03-10 14:05:09', null, '2023-03-10T14:05:09'],
    ['2023-03-10T14:05:00.123+0400', null, '2023-03-10T14:05:00+04:00'],
    ['20230310T140500Z', null, '2023-03-10T14:05:00Z'],
    ['20230310T1405+0400', null, '2023-03-10T14:05+04:00'],
    ['Fri, 10 Mar 2023 14:05:00 GMT', 'en', '2023-03-10T14:05:00Z'],
    ['March 10, 2023 2:05 pm EST', 'en', '2023-03-10T14:05-05:00'],
    ['Published on 10th of March 2023', 'en', '2023-03-10'],
    ['Sept. 3, 2021', 'en', '2021-09-03'],
    ['10. März 2023, 14:05 Uhr', 'de', '2023-03-10T14:05'],
    ['Publié le 1er août 2022 à 9h30', 'fr', '2022-08-01T09:30'],
    ['10 de marzo de 2023', 'es', '2023-03-10'],
    ['10 marzo 2023', 'it', '2023-03-10'],
    ['10 de março de 2023', 'pt', '2023-03-10'],
    ['10 maart 2023', 'nl', '2023-03-10'],
    ['10 marca 2023', 'pl', '2023-03-10'],
    ['3 listopada 2022', 'pl', '2022-11-03'],
    ['3. listopada 2022.', 'hr', '2022-10-03'],
    ['10. března 2023', 'cs', '2023-03-10'],
    ['2023. március 10.', 'hu', '2023-03-10'],
    ['10 martie 2023', 'ro', '2023-03-10'],
    ['10 марта 2023 г., 14:05', 'ru', '2023-03-10T14:05'],
    ['10 березня 2023', 'uk', '2023-03-10'],
    ['10 март 2023', 'bg', '2023-03-10'],
    ['10 Μαρτίου 2023', 'el', '2023-03-10'],
    ['10 Mart 2023 - 14:05', 'tr', '2023-03-10T14:05'],
    ['7 Ağustos 2022', 'tr', '2022-08-07'],
    ['10 mart 2023', 'az', '2023-03-10'],
    ['10. maaliskuuta 2023', 'fi', '2023-03-10'],
    ['10 mars 2023', 'sv', '2023-03-10'],
    ['2023 m. kovo 10 d.', 'lt', '2023-03-10'],
    ['2023. gada 10. marts', 'lv', '2023-03-10'],
    ['10. märts 2023', 'et', '2023-03-10'],
    ['10 مارس 2023', 'ar', '2023-03-10'],
    ['١٠ مارس ٢٠٢٣', 'ar', '2023-03-10'],
    ['10 تشرين الثاني 2023', 'ar', '2023-11-10'],
    ['۱۹ اسفند ۱۴۰۱', 'fa', '2023-03-10'],
    ['10 במרץ 2023', 'he', '2023-03-10'],
    ['2023年3月10日 14:05', 'ja', '2023-03-10T14:05'],
    ['2023년 3월 10일', 'ko', '2023-03-10'],
    ['ngày 10 tháng 3 năm 2023', 'vi', '2023-03-10'],
    ['10 Maret 2023', 'id', '2023-03-10'],
    ['10 मार्च 2023', 'hi', '2023-03-10'],
    ['10 მარტი 2023', 'ka', '2023-03-10'],
    ['10 մարտի 2023', 'hy', '2023-03-10'],
    ['10 มีนาคม 2566', 'th', '2023-03-10'],
    ['03/04/2023', 'en', '2023-03-04'],
    ['03/04/2023', 'fr', '2023-04-03'],
    ['25/04/2023', 'en', '2023-04-25'],
    ['03/04/2023', 'en-gb', '2023-04-03'],
    ['3 augusti 2023', 'sv', '2023-08-03'],
    ['2023. jan. 3.', 'hu', '2023-01-03'],
    ['3. srp 2023.', 'hr', '2023-07-03'],
    ['3. srp 2023', 'cs', '2023-08-03'],
    ['3 बैठक, 17 सित॰ 2023', 'hi', '2023-09-17'],
    ['3 thg 1, 2023', 'vi', '2023-01-03'],
    ['3 มกราคม พ.ศ. 2566', 'th', '2023-01-03'],
    ['17‏/04‏/2023', 'ar', '2023-04-17'],
    ['۱۳ دی ۱۴۰۱', 'fa', '2023-01-03'],
    ['۱۴۰۱/۱۲/۱۹', 'fa', '2023-03-10'],
    ['۱۰ مارس ۲۰۲۳', 'fa', '2023-03-10'],
    ['10.03.2023', 'de', '2023-03-10'],
    ['10.03.23', 'de', '2023-03-10'],
    ['March 2023', 'en', '2023-03'],
    ['1678457100', null, '2023-03-10T14:05:00Z'],
  ])('%s (%s)', (text, language, expected) => {
    expect(readDate(text, language)?.iso).toBe(expected);
  });

  it.each([
    '',
    'soon',
    '31 February 2023',
    '2023-13-40',
    '99/99/2023',
    'Boeing 737',
    '12:30',
    'Article 2019',
    '0000-00-00T00:00:00Z',
  ])('finds none in %j', (text) => {
    expect(readDate(text, 'en')).toBeNull();
  });

  it.each([null, 'und'])('does not guess the order of 03/04/2023 (%s)', (language) => {
    expect(readDate('03/04/2023', language)).toBeNull();
    expect(readDate('03/25/2023', language)?.iso).toBe('2023-03-25');
  });

  it('reads no Buddhist year of two digits', () => {
    expect(readDate('17/4/66', 'th')).toBeNull();
  });

  it.each(
    'en de fr es pt it nl sv da nb fi is pl cs sk hu ro bg sr sr-Latn hr sl mk el tr az ru uk be lt lv et ka hy ar fa he hi ja zh ko vi id ms th'.split(
      ' ',
    ),
  )('reads all months as %s writes them', (locale) => {
    for (const dateStyle of ['long', 'full'] as const)
      for (let month = 0; month < 12; month++) {
        const date = new Date(Date.UTC(2023, month, 17));
        const written = new Intl.DateTimeFormat(locale, { dateStyle, timeZone: 'UTC' }).format(date);
        expect(readDate(written, locale.slice(0, 2))?.iso, written).toBe(date.toISOString().slice(0, 10));
      }
  });

  it('says how precise it is', () => {
    expect(readDate('10 March 2023', 'en')?.precision).toBe('day');
    expect(readDate('March 2023', 'en')?.precision).toBe('month');
    expect(readDate('10 March 2023 14:05', 'en')?.precision).toBe('minute');
  });
});

describe('dateInUrl', () => {
  it.each([
    ['https://a.example/2023/03/10/story', '2023-03-10'],
    ['https://a.example/news/2023-03-10-story.html', '2023-03-10'],
    ['https://a.example/2023/mar/10/story', '2023-03-10'],
    ['https://a.example/news/20230310-story', '2023-03-10'],
    ['https://web.archive.org/web/20210101000000/https://a.example/2019/05/06/x', '2019-05-06'],
  ])('%s', (url, expected) => {
    expect(dateInUrl(url)?.iso).toBe(expected);
  });

  it.each([
    'https://a.example/article/123456789',
    'https://a.example/2023/99/10/x',
    'https://web.archive.org/web/20210101000000/https://a.example/x',
  ])('none in %s', (url) => {
    expect(dateInUrl(url)).toBeNull();
  });
});
