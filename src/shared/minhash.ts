/**
 * MinHash (Broder 1997) over runs of five words, and its bands for locality-sensitive hashing: texts that share a
 * large part of their runs agree in some band, so that near-identical ones are found by key, at linear cost.
 */
const RUN = 5;
const HASHES = 64;
const ROWS = 4;
/** Bounds the time for texts of a megabyte; copies agree from the beginning. */
const LONGEST = 10_000;

/** Multipliers and offsets of the hash family; fixed for ever, since signatures are kept. */
const FAMILY = Array.from({ length: HASHES }, (_, index) => ({
  times: Math.imul(index + 1, 0x9e3779b1) | 1,
  plus: Math.imul(index + 7, 0x85ebca6b),
}));

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
}

/** A final mix (murmur3), without which multiples of neighbouring hashes stay in order. */
function mixed(value: number): number {
  const a = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  const b = Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  return b ^ (b >>> 16);
}

/** 64 signed 32-bit numbers that stand for a text; punctuation, case and spacing do not count. */
export function signatureOf(text: string): number[] {
  const words =
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  words.length = Math.min(words.length, LONGEST);
  const signature = new Int32Array(HASHES).fill(0x7fffffff);
  for (let at = 0; at + RUN <= words.length || at === 0; at++) {
    const run = hashOf(words.slice(at, at + RUN).join(' '));
    for (const [index, { times, plus }] of FAMILY.entries()) {
      const value = mixed(Math.imul(run, times) + plus);
      if (value < (signature[index] ?? 0)) signature[index] = value;
    }
  }
  return [...signature];
}

/** Each band is a hash of four neighbouring numbers: two texts that share half of their runs meet in one of the 16. */
export function bandsOf(signature: readonly number[]): { band: number; hash: number }[] {
  return Array.from({ length: HASHES / ROWS }, (_, band) => ({
    band,
    hash: hashOf(signature.slice(band * ROWS, (band + 1) * ROWS).join(',')) | 0,
  }));
}

/** Estimated Jaccard similarity of two texts, 0 to 1. */
export function similarityOf(a: readonly number[], b: readonly number[]): number {
  return a.filter((value, index) => value === b[index]).length / HASHES;
}
