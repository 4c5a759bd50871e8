import { describe, expect, it } from 'vitest';
import { fold, tidy } from '../../../src/workers/clean/text.js';
import { withoutSite } from '../../../src/workers/clean/title.js';

describe('withoutSite', () => {
  it.each([
    ['Ministers meet in Baku | Daily Example', 'Ministers meet in Baku'],
    ['Ministers meet in Baku - Daily Example', 'Ministers meet in Baku'],
    ['Daily Example: Ministers meet in Baku', 'Daily Example: Ministers meet in Baku'],
    ['Daily Example | Ministers meet in Baku', 'Ministers meet in Baku'],
    [
      'Ministers meet in Baku - talks go on for a second long day',
      'Ministers meet in Baku - talks go on for a second long day',
    ],
    ['F-16 sale approved', 'F-16 sale approved'],
  ])('%s', (title, expected) => {
    expect(withoutSite(title, ['Daily Example'])).toBe(expected);
  });
});

describe('tidy', () => {
  it('gives NFC without what cannot be seen', () => {
    expect(tidy(' a\u00a0\u00adb\u200bc\ufeff \n e\u0301\ud800 ')).toBe('a bc é');
  });

  it('keeps joiners where they spell', () => {
    expect(tidy('می\u200cخواهم a\u200cb')).toBe('می\u200cخواهم ab');
  });

  it('keeps letters beyond the first plane', () => {
    expect(tidy('a 😀 b')).toBe('a 😀 b');
  });

  it('folds case, marks of punctuation and widths', () => {
    expect(fold('“Ｆ-16” SALE…')).toBe('f 16 sale');
  });
});
