import { describe, expect, it } from 'vitest';
import { bandsOf, signatureOf, similarityOf } from '../../src/shared/minhash.js';

/** A text of `count` words that no other seed gives. */
const words = (seed: number, count: number): string =>
  Array.from({ length: count }, (_, at) => `w${(seed * 7919 + at * 104729) % 99991}`).join(' ');

const meet = (a: string, b: string): boolean => {
  const [bandsA, bandsB] = [bandsOf(signatureOf(a)), bandsOf(signatureOf(b))];
  return bandsA.some((one, index) => one.hash === bandsB[index]?.hash);
};
const alike = (a: string, b: string): number => similarityOf(signatureOf(a), signatureOf(b));

describe('MinHash', () => {
  it('takes texts for the same that differ in case, punctuation and spacing', () => {
    expect(alike('The ministers met, in Vilnius; they signed.', 'the ministers met in vilnius they  SIGNED')).toBe(1);
  });

  it('estimates how much two texts share', () => {
    const body = words(1, 800);
    // 800 runs in common of 800 + 200: Jaccard 0.8, and 64 hashes estimate it to about 0.05.
    expect(alike(body, `${body} ${words(2, 200)}`)).toBeCloseTo(0.8, 0);
    expect(Math.abs(alike(body, `${body} ${words(2, 200)}`) - 0.8)).toBeLessThan(0.15);
  });

  it('finds a copy with another dateline and a note at its end by its bands', () => {
    const body = words(3, 400);
    const copy = `RIGA, 4 March ${body} Reporting by our desk`;
    expect(alike(body, copy)).toBeGreaterThan(0.85);
    expect(meet(body, copy)).toBe(true);
  });

  it('keeps apart what only shares a template, and finds no band for strangers', () => {
    const template = words(4, 60);
    expect(alike(`${template} ${words(5, 300)}`, `${template} ${words(6, 300)}`)).toBeLessThan(0.4);
    const strangers = Array.from({ length: 40 }, (_, seed) => words(seed + 10, 300));
    const meetings = strangers.flatMap((a, i) => strangers.slice(i + 1).filter((b) => meet(a, b)));
    expect(meetings).toHaveLength(0);
  });

  it('bears texts of no words and of one', () => {
    expect(signatureOf('')).toHaveLength(64);
    expect(alike('peace', 'peace')).toBe(1);
  });
});
