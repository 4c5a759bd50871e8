import { Status } from '../../shared/model/record.js';
import type { Document } from '../../shared/text/document.js';
import type { Rules } from '../../shared/text/rules.js';
import type { Candidate } from './candidates.js';
import type { Time } from './times.js';

const NEAR = 7;

/** What speaks for each status of a candidate: modality words and where they stand, tense, and its time. */
export function statusFeatures(
  candidate: Candidate,
  document: Document,
  published: string | null,
  time: Time | null,
  news: boolean,
  rules: Rules,
): Map<string, number> {
  const { tokens } = document.body;
  const { sentence, type } = candidate;
  const features = new Map<string, number>();
  const add = (name: string) => features.set(name, 1);
  add(`type/${type}`);
  for (const { id, status } of candidate.triggers) {
    add(`trigger/${id}`);
    if (status !== undefined) add(`fixed/${status}`);
  }
  for (const hit of rules.modality.find(tokens, sentence.first, Math.min(sentence.last, sentence.first + 200))) {
    const gap = hit.first >= candidate.last ? hit.first - candidate.last : candidate.first - hit.last;
    const near = gap <= NEAR;
    if (near || !features.has(`mood/${hit.value}/near`)) add(`mood/${hit.value}/${near ? 'near' : 'far'}`);
    if (near) add(`mood/${hit.value}/${hit.first < candidate.first ? 'left' : 'right'}`);
    if (near) add(`${type}/${hit.value}`);
  }
  const word = tokens[candidate.first]?.key ?? '';
  add(`verb/${ending(word)}`);
  add(`word/${word}`);
  for (let at = Math.max(sentence.first, candidate.first - 3); at < candidate.first; at++) {
    const key = tokens[at]?.key ?? '';
    if (AUXILIARIES.has(key)) add(`aux/${key}`);
  }
  for (let at = sentence.first; at < sentence.last; at++) {
    const key = tokens[at]?.key ?? '';
    if (AUXILIARIES.has(key)) add(`any/${key}`);
  }
  if (news) add(`news/${type}`);
  if (time?.since) add('since');
  if (!time) add('time/none');
  else if (published !== null) {
    const cut = published.slice(0, time.start.length);
    add(time.start > cut ? 'time/future' : time.start < cut ? 'time/past' : `time/now/${time.precision}`);
  }
  return features;
}

const AUXILIARIES = new Set(
  'will would may might could can to be been being is are was were has have had not should must shall said says continue continues already recently new'.split(
    ' ',
  ),
);

const ending = (word: string): string => /(?:ed|ing|s)$/.exec(word)?.[0] ?? 'none';

/** The likeliest status by the models, or by the nearest modality word where there are none. */
export function chooseStatus(features: ReadonlyMap<string, number>, rules: Rules): Status {
  let best: Status = 'completed';
  let highest = -1;
  for (const status of Status.options) {
    const model = rules.models.get(`status/${status}`);
    const score = model ? model.score(features) : plainScore(status, features);
    if (score > highest) [best, highest] = [status, score];
  }
  return best;
}

function plainScore(status: Status, features: ReadonlyMap<string, number>): number {
  if (features.has(`fixed/${status}`)) return 1;
  const near = features.has(`mood/${status}/near`) ? 0.5 : 0;
  const left = features.has(`mood/${status}/left`) ? 0.2 : 0;
  return near + left + (status === 'completed' ? 0.3 : 0);
}
