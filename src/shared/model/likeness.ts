/** What decides whether two accounts tell of the same act. */
export interface Gist {
  type: string;
  parties: ReadonlySet<string>;
  /** Start date, ISO, cut to what is known; empty when unknown. */
  start: string;
  status: string | null;
}

const yearOf = ({ start }: Gist): string => start.slice(0, 4);

/**
 * 0 when two accounts cannot tell of the same act: another type, parties that overlap by less than half (Jaccard),
 * another year. Else the higher, the more alike they are.
 */
export function likeness(a: Gist, b: Gist): number {
  if (a.type !== b.type) return 0;
  const shared = [...a.parties].filter((code) => b.parties.has(code)).length;
  const all = new Set([...a.parties, ...b.parties]).size;
  const overlap = all === 0 ? 0 : shared / all;
  const [year, other] = [yearOf(a), yearOf(b)];
  if (overlap < 0.5 || (year && other && year !== other)) return 0;
  return overlap + (year === other ? 0.1 : 0) + (a.status === b.status ? 0.05 : 0);
}

/** Pairs of two lists, the likeliest first, each member once. */
export function pairUp<A, B>(left: readonly A[], right: readonly B[], score: (a: A, b: B) => number): Map<A, B> {
  const pairs = left
    .flatMap((a) => right.map((b) => ({ a, b, score: score(a, b) })))
    .filter((pair) => pair.score > 0)
    .sort((one, other) => other.score - one.score);
  const matched = new Map<A, B>();
  const taken = new Set<B>();
  for (const { a, b } of pairs) {
    if (matched.has(a) || taken.has(b)) continue;
    matched.set(a, b);
    taken.add(b);
  }
  return matched;
}
