import type { Draft } from './drafts.js';

/** Drafts that tell the same act, the fullest first. */
export type Cluster = [Draft, ...Draft[]];

const SEPARATE = new Set(['also', 'separately', 'meanwhile', 'earlier', 'later', 'another', 'second']);

/** Puts together the drafts of one article that tell the same act. Quadratic in the drafts of a type, which are capped. */
export function mergeDrafts(drafts: readonly Draft[], tokenKeys: (at: number) => string): Cluster[] {
  const clusters: Cluster[] = [];
  for (const draft of drafts.slice(0, 600)) {
    const home = clusters.find((cluster) => sameAct(cluster, draft, tokenKeys));
    if (home) home.push(draft);
    else clusters.push([draft]);
  }
  return clusters;
}

/** Of the same type and with at least half of the parties in common. */
export const alike = (a: Draft, b: Draft): boolean =>
  a.candidate.type === b.candidate.type && jaccard(a.parties, b.parties) >= 0.5;

function sameAct(cluster: Cluster, draft: Draft, tokenKeys: (at: number) => string): boolean {
  const [head] = cluster;
  if (!alike(head, draft)) return false;
  if (draft.candidate.type === 'endorsement') return true;
  const dated = cluster.find(({ time }) => time !== null)?.time ?? null;
  if (dated && draft.time && !agrees(dated.start, draft.time.start)) return false;
  if (!dated && draft.time && !draft.news) return false;
  if (dated && !draft.time && draft.news && !cluster.some(({ news }) => news)) return false;
  if (draft.candidate.type === 'meeting' && anotherMeeting(cluster, draft, tokenKeys)) return false;
  return true;
}

/** "X also met the guest": a meeting of its own when it brings in somebody who was not at the first. */
function anotherMeeting(cluster: Cluster, draft: Draft, tokenKeys: (at: number) => string): boolean {
  const { sentence, first } = draft.candidate;
  let marked = false;
  for (let at = Math.max(sentence.first, first - 14); at < Math.min(sentence.last, first + 4); at++) {
    if (SEPARATE.has(tokenKeys(at))) marked = true;
  }
  if (!marked || draft.people.length === 0) return false;
  const known = new Set(cluster.flatMap(({ people }) => people));
  return draft.people.some((person) => !known.has(person));
}

const agrees = (a: string, b: string): boolean => a.startsWith(b) || b.startsWith(a);

function jaccard(a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): number {
  let both = 0;
  for (const party of a.keys()) if (b.has(party)) both += 1;
  return both / Math.max(1, a.size + b.size - both);
}
