import type { EventDate, Role, Status } from '../../shared/model/record.js';
import type { Document } from '../../shared/text/document.js';
import type { Person } from '../../shared/text/persons.js';
import type { Rules } from '../../shared/text/rules.js';
import type { Time } from './calendar.js';
import type { Candidate } from './candidates.js';
import type { Cast } from './cast.js';
import { type Calendar, chooseDate, type Dating, dateOptions } from './dates.js';
import { type Choice, choicesFor, chooseParties } from './participants.js';
import { choosePeople, type PersonChoice, personChoices } from './people.js';
import { rolesOf } from './roles.js';
import { chooseStatus, statusFeatures } from './status.js';

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
  /** The temporal expression of its own sentence that dates it. */
  time: Time | null;
  dating: Dating;
  news: boolean;
  people: Person[];
  /** Persons of its sentence, named or meant. */
  present: ReadonlySet<Person>;
  /** "X also met the guest": who met apart from the others. */
  apart: readonly Person[];
  personChoices: PersonChoice[];
  /** What speaks for and against it being an act, and the probability that it is. */
  features: ReadonlyMap<string, number>;
  score: number;
}

/** Fills in who, when and in which status for a candidate. `titleTypes`: types whose triggers stand in the title. */
export function draftOf(
  candidate: Candidate,
  document: Document,
  cast: Cast,
  calendar: Calendar,
  titleTypes: ReadonlySet<string>,
  rules: Rules,
): Draft {
  const choices = choicesFor(candidate, document, cast);
  const { parties, certainty } = chooseParties(choices, rules);
  const dating = chooseDate(dateOptions(candidate, document, calendar, titleTypes), rules);
  const { time, date } = dating;
  const news = isNews(candidate, calendar.published, time, titleTypes);
  const personal = personChoices(candidate, document, parties, news);
  const features = statusFeatures(candidate, document, calendar, dating, news, rules);
  const status = chooseStatus(features, rules);
  return {
    candidate,
    parties: rolesOf(parties, candidate, document.body.tokens, cast),
    certainty,
    status,
    statusFeatures: features,
    choices,
    date,
    dating,
    personChoices: personal,
    time,
    news,
    people: choosePeople(personal, rules),
    present: new Set(personsOf(candidate, document).map(({ person }) => person)),
    apart: apartOf(candidate, document),
    features: new Map(),
    score: 0,
  };
}

const personsOf = ({ sentence }: Candidate, { body }: Document) =>
  body.persons.filter((mention) => mention.sentence === sentence.index);

const APART = new Set(['also', 'separately']);

/** The persons before the verb of a meeting that was one more: "Y also met", "met separately". */
function apartOf(candidate: Candidate, document: Document): Person[] {
  const { type, first, last } = candidate;
  if (type !== 'meeting') return [];
  const { tokens } = document.body;
  const beside = tokens.slice(Math.max(candidate.sentence.first, first - 2), last + 1);
  if (!beside.some(({ key }) => APART.has(key))) return [];
  return personsOf(candidate, document).flatMap((mention) => (mention.last <= first ? [mention.person] : []));
}

/** The act is the news itself: told at the head of the article, and not dated to another time. */
function isNews(
  candidate: Candidate,
  published: string | null,
  time: Time | null,
  titleTypes: ReadonlySet<string>,
): boolean {
  if (time && published !== null) {
    const days = Math.abs(Date.parse(time.start) - Date.parse(published)) / 86_400_000;
    if (time.precision === 'year' || days > 45) return false;
  }
  const { index } = candidate.sentence;
  return index <= 2 || (index <= 8 && titleTypes.has(candidate.type));
}
