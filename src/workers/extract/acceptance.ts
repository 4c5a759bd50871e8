import type { Document } from '../../shared/text/document.js';
import type { Rules } from '../../shared/text/rules.js';
import type { Draft } from './drafts.js';
import { alike, relationFeatures } from './merge.js';

/** A draft with what speaks for and against it being a record of its own. */
export interface Claim {
  draft: Draft;
  features: Map<string, number>;
}

/** Drafts of one article that are weighed against one another; bounds the quadratic work on texts that are lists. */
const MAX_CLAIMS = 400;

/** What speaks for each draft being a record, beside the likelier ones: likeliest first. */
export function claimsOf(drafts: readonly Draft[], document: Document): Claim[] {
  const ordered = [...drafts].sort((a, b) => b.score - a.score).slice(0, MAX_CLAIMS);
  return ordered.map((draft, rank) => {
    const better = ordered.slice(0, rank);
    const prior = better.filter((other) => alike(other, draft));
    const features = relationFeatures(draft, prior, document);
    const { type, sentence } = draft.candidate;
    const add = (name: string, value = 1) => features.set(name, value);
    add(`type/${type}`);
    add('score', logit(draft.score));
    add(prior.length > 0 ? 'score/later' : 'score/first', logit(draft.score));
    const echoes = ordered.slice(rank + 1).filter((other) => alike(other, draft));
    add(`echoes/${Math.min(3, echoes.length)}`);
    add('echoes/any', 1 - echoes.reduce((none, { score }) => none * (1 - score), 1));
    add(`rank/${rank === 0 ? '0' : rank <= 2 ? '2' : rank <= 5 ? '5' : rank <= 10 ? '10' : 'low'}`);
    add(`rank/type/${Math.min(4, better.filter(({ candidate }) => candidate.type === type).length)}`);
    const rivals = better.filter(({ candidate }) => candidate.sentence === sentence);
    add(`rank/sentence/${Math.min(3, rivals.length)}`);
    for (const rival of rivals.slice(0, 3)) add(`under/${rival.candidate.type}/${type}`);
    add(draft.news ? 'news' : 'background');
    add(draft.candidate.trigger.weak ? 'weak' : 'strong');
    add(`time/${draft.time ? draft.time.precision : 'none'}`);
    add(`parties/${Math.min(4, draft.parties.size)}`);
    add('certainty', draft.certainty);
    const others = drafts.filter((other) => other !== draft);
    add('article/mean', others.reduce((sum, { score }) => sum + score, 0) / Math.max(1, others.length));
    add('article/size', Math.log(1 + others.length));
    for (const step of [-1, 0, 1]) {
      const near = others.filter(({ candidate }) => candidate.sentence.index === sentence.index + step);
      add(`beside/${step}`, Math.max(0, ...near.map(({ score }) => score)));
    }
    return { draft, features };
  });
}

const logit = (p: number): number => Math.log(Math.max(p, 0.01) / Math.max(1 - p, 0.01));

/** The news itself is what a coder never leaves out, so less certainty is asked of it than of background. */
const NEWS_EASE = 0.8;

/** The claims that become records, with their probability: by the model where there is one, else by a plain rule. */
export function chooseClaims(
  claims: readonly Claim[],
  rules: Rules,
  threshold = rules.models.get('accept')?.threshold ?? 0.5,
): (Claim & { probability: number })[] {
  const model = rules.models.get('accept');
  return claims.flatMap((claim) => {
    const { draft, features } = claim;
    const probability = model ? model.score(features) : features.has('prior/0') ? draft.score : 0;
    const ease = draft.news && draft.candidate.type !== 'endorsement' ? NEWS_EASE : 1;
    return probability >= threshold * ease ? [{ ...claim, probability }] : [];
  });
}
