import { Status } from '../../shared/model/record.js';
import type { Document } from '../../shared/text/document.js';
import type { Rules } from '../../shared/text/rules.js';
import type { Token } from '../../shared/text/tokens.js';
import type { Candidate } from './candidates.js';
import type { Calendar, Dating } from './dates.js';
import { nearestVerb, verbGroupAt } from './tense.js';

const NEAR = 7;

/** What speaks for each status of a candidate: modality words and where they stand, tense, and its date. */
export function statusFeatures(
  candidate: Candidate,
  document: Document,
  calendar: Calendar,
  dating: Dating,
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
  for (const name of tenseNames(candidate, tokens)) {
    add(name);
    add(`${type}/${name}`);
  }
  for (const name of dateNames(candidate, calendar, dating)) {
    add(name);
    add(`${type}/${name}`);
  }
  return features;
}

/** The verb of the trigger and the nearest ones beside it. */
function tenseNames({ sentence, first, last }: Candidate, tokens: readonly Token[]): string[] {
  const names: string[] = [];
  const range = { low: sentence.first, high: sentence.last, first, last };
  const own = verbGroupAt(tokens, first, sentence.first);
  const sides = [
    ['own', own],
    ['left', nearestVerb(tokens, range, 'left')],
    ['right', nearestVerb(tokens, range, 'right')],
  ] as const;
  for (const [side, group] of sides) {
    names.push(`${side}=${group?.tense ?? 'none'}`);
    if (group?.negated) names.push(`${side}/not`);
    if (group?.governor) names.push(`governor=${group.governor}`);
  }
  return names;
}

/** Where the date of the act lies from the day of publication, and what else the sentence tells of its time. */
function dateNames({ sentence }: Candidate, { published, times }: Calendar, { date, time }: Dating): string[] {
  const names = [`date=${date.basis}/${date.precision}`];
  if (time?.since) names.push('since');
  const start = date.start;
  if (start !== null && published !== null) {
    const cut = published.slice(0, start.length);
    const end = date.end ?? start;
    if (start > cut) names.push('date=future');
    else if (start < cut) names.push(end > start && end >= published.slice(0, end.length) ? 'date=spans' : 'date=past');
    else names.push(`date=now/${date.precision}`);
  }
  for (const other of times) {
    if (other.first < sentence.first || other.first >= sentence.last) continue;
    if (other.lead === 'until' || other.lead === 'till') names.push('until');
    if (published !== null && other.start > published.slice(0, other.start.length)) names.push('some-future');
  }
  return names;
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
  const toCome = tellsWhatIsToCome(features);
  for (const status of Status.options) {
    if (toCome && (status === 'completed' || status === 'ongoing')) continue;
    const model = rules.models.get(`status/${status}`);
    const score = model ? model.score(features) : plainScore(status, features);
    if (score > highest) [best, highest] = [status, score];
  }
  return best;
}

/** The verb says "will", or the date lies ahead: the act is not done, but for an end that is told beforehand. */
function tellsWhatIsToCome(features: ReadonlyMap<string, number>): boolean {
  if (features.has('type/downgrade')) return false;
  const will = features.has('own=will') || features.has('own=due');
  const noun = features.has('own=none') && (features.has('left=will') || features.has('left=due'));
  return will || noun || features.has('date=future');
}

function plainScore(status: Status, features: ReadonlyMap<string, number>): number {
  if (features.has(`fixed/${status}`)) return 1;
  const near = features.has(`mood/${status}/near`) ? 0.5 : 0;
  const left = features.has(`mood/${status}/left`) ? 0.2 : 0;
  return near + left + (status === 'completed' ? 0.3 : 0);
}
