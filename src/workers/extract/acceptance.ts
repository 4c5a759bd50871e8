import type { Rules } from '../../shared/text/rules.js';
import type { Cluster } from './merge.js';
import type { Cast } from './participants.js';

/**
 * What speaks for and against a cluster being a record: where it stands, what triggers it, who is in it.
 * `repeats`: clusters before it of the same type and about the same parties.
 */
export function clusterFeatures(
  cluster: Cluster,
  cast: Cast,
  titleTypes: ReadonlySet<string>,
  repeats: number,
): Map<string, number> {
  const [head] = cluster;
  const { candidate } = head;
  const features = new Map<string, number>();
  const add = (name: string, value = 1) => features.set(name, value);
  const { type } = candidate;
  const index = candidate.sentence.index;
  add(`type/${type}`);
  for (const draft of cluster) for (const { id } of draft.candidate.triggers) add(`trigger/${id}`);
  add(`triggers/${Math.min(3, candidate.triggers.length)}`);
  const depth = index === 0 ? '0' : index <= 2 ? '2' : index <= 6 ? '6' : index <= 15 ? '15' : 'deep';
  add(`depth/${depth}`);
  add(`depth/${depth}/${head.time ? 'dated' : 'undated'}`);
  add(`repeat/${Math.min(3, repeats)}`);
  add(`repeat/${Math.min(2, repeats)}/${head.time ? 'dated' : 'undated'}`);
  add(`size/${Math.min(4, cluster.length)}`);
  add(`certainty`, Math.max(...cluster.map(({ certainty }) => certainty)));
  add(`parties/${Math.min(4, head.parties.size)}`);
  const inside = new Set((cast.bySentence.get(candidate.sentence.index) ?? []).map(({ party }) => party));
  const named = [...head.parties.keys()].filter((party) => inside.has(party)).length;
  add(`named/${Math.min(3, named)}`);
  if (head.time && named >= 2) add('dated-named');
  const own = (cast.bySentence.get(index) ?? []).filter((m) => !m.adversary && head.parties.has(m.party));
  const left = own.some((m) => !m.locative && m.last <= candidate.first && candidate.first - m.last <= 12);
  const right = own.some((m) => m.first >= candidate.first && m.first - candidate.last <= 12);
  add(left && right ? 'flanked' : left ? 'left' : right ? 'right' : 'bare');
  if (left && right) add(`flanked/${type}`);
  const others = (cast.bySentence.get(index) ?? []).some((m) => m.adversary);
  if (others) add('adversary');
  add(`status/${head.status}`);
  add(`time/${head.time ? head.time.precision : 'none'}`);
  if (titleTypes.has(type)) add('in-title');
  if ([...head.parties.keys()].every((party) => cast.title.has(party))) add('title-parties');
  if (head.news) add('news');
  if (head.people.length > 0) add(head.news ? 'people/news' : 'people/background');
  if (candidate.military) add('military');
  add(cast.home === null ? 'press' : 'official');
  return features;
}

/** The news itself is what a coder never leaves out, so less certainty is asked of it than of background. */
const NEWS_EASE = 0.8;

/** Probability that the cluster is a record: by the model where there is one, else by a plain rule. */
export function acceptance(
  features: ReadonlyMap<string, number>,
  rules: Rules,
): { probability: number; accepted: boolean } {
  const model = rules.models.get('accept');
  if (model) {
    const probability = model.score(features);
    const ease = features.has('news') && !features.has('type/endorsement') ? NEWS_EASE : 1;
    return { probability, accepted: probability >= model.threshold * ease };
  }
  const named = features.has('named/2') || features.has('named/3') ? 0.4 : 0;
  const probability = Math.min(0.9, 0.1 + named + (features.has('military') ? 0.2 : 0));
  return { probability, accepted: probability >= 0.5 };
}
