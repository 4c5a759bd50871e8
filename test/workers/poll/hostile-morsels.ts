/** A megabyte of each of these stands in each of the fields: food for regular expressions that go back and forth. */
export const MORSELS: readonly string[] = [
  '&lt;',
  '&amp;',
  'a@',
  'a.',
  '"',
  '1:',
  '(',
  '&lt;a href="',
  ' href=',
  '&lt;br',
  '&lt;!--',
  'jan ',
  '&amp;#',
];

export const FIELDS: readonly string[] = [
  'title',
  'link',
  'guid',
  'description',
  'pubDate',
  'author',
  'dc:creator',
  'category',
  'content:encoded',
  'itunes:keywords',
];
