import { describe, expect, it } from 'vitest';
import { fold, tidy } from '../../../src/workers/clean/text.js';

describe('tidy', () => {
  it.each([
    ['  two\n\t words ', 'two words'],
    ['a\u00a0b\u0085c\u2003d', 'a b c d'],
    ['soft\u00adhyphen, zero\u200bwidth, \ufeffmark', 'softhyphen, zerowidth, mark'],
    ['e\u0301te\u0301', 'été'],
    ['\u1112\u1161\u11ab', '한'],
    ['\u212b', 'Å'],
    ['lone \ud800 and \udc00', 'lone and'],
    ['\u{1f468}\u200d\u{1f469}', '\u{1f468}\u200d\u{1f469}'],
    ['می\u200cخواهم', 'می\u200cخواهم'],
    ['a\u200cb', 'ab'],
    ['“Ja”, sagte sie – müde…', '“Ja”, sagte sie – müde…'],
    ['北京，周二。', '北京，周二。'],
    ['\u0000\u001b[31mred', '[31mred'],
    ['', ''],
  ])('%j', (raw, clean) => {
    expect(tidy(raw)).toBe(clean);
    expect(tidy(clean)).toBe(clean);
  });

  it('changes no sign that it takes for quiet', () => {
    const chars = Array.from({ length: 0xffff - 0x20 }, (_, at) => String.fromCharCode(0x21 + at));
    const kept = chars.filter((char) => tidy(char) === char);
    expect(kept.filter((char) => char.normalize('NFC') !== char || !char.isWellFormed())).toEqual([]);
  });
});

describe('fold', () => {
  it('leaves letters and digits, in lower case', () => {
    expect(fold('  The “Ümlaut”-Case: No. 7! ')).toBe('the ümlaut case no 7');
    expect(fold('Plain, ASCII (only)')).toBe('plain ascii only');
  });
});
