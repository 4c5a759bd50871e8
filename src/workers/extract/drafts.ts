import { type EventDate, Role, type Status } from '../../shared/model/record.js';
import type { Document } from '../../shared/text/document.js';
import type { Person } from '../../shared/text/persons.js';
import type { Rules } from '../../shared/text/rules.js';
import type { Candidate } from './candidates.js';
import { findTimes, type Time, unstatedDate } from './dates.js';
import { type Cast, type Choice, choicesFor, chooseParties } from './participants.js';
import { choosePeople, type PersonChoice, personChoices } from './people.js';
import { chooseStatus, speaksOfFuture, statusFeatures } from './status.js';

/** What one place in the text seems to tell: a record before merging. */
export interface Draft {
  candidate: Candidate;
  /** Code of each party with the role that the text gives it. */
  parties: Map<string, Role | null>;
  certainty: number;
  status: Status;
  statusFeatures: Map<string, number>;
  choices: Choice[];
  date: EventDate;
  time: Time | null;
  news: boolean;
  people: Person[];
  dateFeatures: Map<string, number>;
  personChoices: PersonChoice[];
}

/** Fills in who, when and in which status for a candidate. `titleTypes`: types whose triggers stand in the title. */
export function draftOf(
  candidate: Candidate,
  document: Document,
  cast: Cast,
  titleTypes: ReadonlySet<string>,
  rules: Rules,
): Draft {
  const choices = choicesFor(candidate, document, cast);
  const { parties, certainty } = chooseParties(choices, rules);
  const time = timeOf(candidate, document);
  const news = isNews(candidate, document, time, titleTypes);
  const personal = personChoices(candidate, document, parties, news);
  const features = statusFeatures(candidate, document, time, news, rules);
  const status = chooseStatus(features, rules);
  const dateFeatures = datingFeatures(candidate, document, status, news, titleTypes);
  return {
    candidate,
    parties: new Map(parties.map((party) => [party, roleOf(party, candidate, cast)])),
    certainty,
    status,
    statusFeatures: features,
    choices,
    date: time
      ? { start: time.start, end: time.since ? null : time.end, precision: time.precision, basis: 'explicit' }
      : unstatedDate(document.article.date, toldToday(dateFeatures, news, rules)),
    dateFeatures,
    personChoices: personal,
    time,
    news,
    people: choosePeople(personal, rules),
  };
}

/** The temporal expression that stands nearest to the trigger, those after it and in the same clause first. */
function timeOf(candidate: Candidate, document: Document): Time | null {
  const { first, last } = candidate.sentence;
  const { tokens } = document.body;
  const times = findTimes(tokens, first, last, document.article.date, speaksOfFuture(candidate, document));
  let best: Time | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const time of times) {
    const after = time.first >= candidate.first;
    const gap = after ? time.first - candidate.last : candidate.first - time.last;
    let cost = Math.max(0, gap) + (after ? 0 : 2);
    for (let at = Math.min(time.last, candidate.last); at < Math.max(time.first, candidate.first); at++) {
      if (tokens[at]?.raw === ';' || tokens[at]?.key === 'while') cost += 20;
    }
    if (cost < least) [best, least] = [time, cost];
  }
  return best;
}

/** The act is the news itself: told at the head of the article, and not dated to another time. */
function isNews(candidate: Candidate, document: Document, time: Time | null, titleTypes: ReadonlySet<string>): boolean {
  const published = document.article.date?.slice(0, 10) ?? null;
  if (time && published !== null) {
    const days = Math.abs(Date.parse(time.start) - Date.parse(published)) / 86_400_000;
    if (time.precision === 'year' || days > 45) return false;
  }
  const { index } = candidate.sentence;
  return index <= 2 || (index <= 8 && titleTypes.has(candidate.type));
}

function roleOf(party: string, candidate: Candidate, cast: Cast): Role | null {
  const roles = candidate.trigger.roles;
  if (!roles) return candidate.type === 'exercise' || candidate.type === 'operation' ? 'participant' : null;
  const own = (cast.bySentence.get(candidate.sentence.index) ?? []).filter((mention) => mention.party === party);
  if (own.length === 0) return null;
  const left = own.some((mention) => mention.first < candidate.first);
  const role = left ? roles[0] : roles[1];
  return Role.options.find((known) => known === role) ?? null;
}

/** What speaks for an act without a stated time being news of the day, rather than background. */
function datingFeatures(
  candidate: Candidate,
  document: Document,
  status: Status,
  news: boolean,
  titleTypes: ReadonlySet<string>,
): Map<string, number> {
  const features = new Map<string, number>();
  const add = (name: string) => features.set(name, 1);
  const { index } = candidate.sentence;
  const voice = document.home === null ? 'press' : 'official';
  const depth = index === 0 ? '0' : index <= 2 ? '2' : index <= 5 ? '5' : index <= 12 ? '12' : 'deep';
  for (const name of [`depth/${depth}`, `type/${candidate.type}`, `status/${status}`, `news/${news}`, `voice/${voice}`])
    add(name);
  add(`${candidate.type}/${status}`);
  add(`${candidate.type}/${voice}`);
  add(`${voice}/${depth}`);
  add(`${voice}/${status}`);
  if (titleTypes.has(candidate.type)) add('in-title');
  const { tokens } = document.body;
  for (let at = candidate.sentence.first; at < candidate.sentence.last; at++) {
    const key = tokens[at]?.key ?? '';
    if (DATING.has(key)) add(`word/${key}`);
  }
  return features;
}

const DATING = new Set(
  'had has have been was were previously earlier former will would continue announced announce announcing also is are since already new said'.split(
    ' ',
  ),
);

function toldToday(features: ReadonlyMap<string, number>, news: boolean, rules: Rules): boolean {
  const model = rules.models.get('today');
  return model ? model.score(features) >= model.threshold : news;
}
