/** Trains the models that fill in the fields of an act: its status, its date, its people. */
import { Status } from '../../src/shared/model/record.js';
import { compileModel, type LinearModel } from '../../src/shared/text/linear.js';
import type { Rules } from '../../src/shared/text/rules.js';
import type { Draft } from '../../src/workers/extract/drafts.js';
import { type Case, fitChoice, fitLinear, type Recipe } from './fit.js';
import { eventQuoted, fitness, type GoldEvent, type GoldLine } from './gold.js';
import { type Sketch, sketched } from './worked.js';

const STATUS: Recipe = { epochs: 25, rate: 0.03, l2: 0.03, minArticles: 4 };

const PERSON: Recipe = { epochs: 20, rate: 0.05, l2: 0.01, minArticles: 4 };
/** A person left out costs as much as one too many, and fewer are in than out: below one half. */
const PERSON_THRESHOLD = 0.4;
const DATE: Recipe = { epochs: 20, rate: 0.05, l2: 0.01, minArticles: 3 };
/** An act that the guide leaves undated teaches less than one with a date. */
const UNDATED = 0.6;

const events = (line: GoldLine): GoldEvent[] => line.events ?? [];

const quotedBy = (line: GoldLine, { candidate, parties }: Draft): GoldEvent | undefined =>
  eventQuoted(line, candidate.type, candidate.sentence, [...parties.keys()]);

/** The event that a draft tells of, if one fits. */
function eventOf(line: GoldLine, draft: Draft, start: string | null, status?: string): GoldEvent | undefined {
  let best = quotedBy(line, draft);
  let highest = 0;
  for (const event of best ? [] : events(line)) {
    const score = fitness(event, draft.candidate.type, draft.parties.keys(), start, status);
    if (score > highest) [best, highest] = [event, score];
  }
  return best;
}

/** Cases of the status: a draft whose event is clear, with the seven that it may have. */
function statusChoices(line: GoldLine, { drafts }: Sketch): Case[][] {
  return drafts.flatMap((draft) => {
    const status = clearStatus(line, draft);
    if (!status) return [];
    return [
      Status.options.map((option) => ({
        article: line.id,
        features: new Map([...draft.statusFeatures].map(([name, value]) => [`${option}|${name}`, value])).set(
          option,
          1,
        ),
        label: option === status,
      })),
    ];
  });
}

/** The status of the events that a draft fits best, where they have but one. */
function clearStatus(line: GoldLine, draft: Draft): Status | null {
  const quoted = quotedBy(line, draft);
  if (quoted) return quoted.status;
  const fits = events(line)
    .map((event) => {
      const fit = fitness(event, draft.candidate.type, draft.parties.keys(), null);
      const gold = event.date.start ?? null;
      const agrees = gold === null ? draft.date.start === null : draft.date.start?.startsWith(gold) === true;
      const year = gold !== null && draft.date.start !== null && gold.slice(0, 4) !== draft.date.start.slice(0, 4);
      return { event, score: fit === 0 || year ? 0 : fit + (agrees ? 0.5 : 0) };
    })
    .filter(({ score }) => score > 0);
  const top = Math.max(...fits.map(({ score }) => score));
  const statuses = new Set(fits.filter(({ score }) => score > top - 0.2).map(({ event }) => event.status));
  return statuses.size === 1 ? ([...statuses][0] ?? null) : null;
}

const surname = (name: string): string =>
  name
    .split(' ')
    .at(-1)
    ?.toLowerCase()
    .replace(/^[.,]+|[.,]+$/g, '') ?? '';

/** Cases of the choice of a date: each that a draft may have, right where it begins as the event's does. */
function dateChoices(line: GoldLine, { drafts }: Sketch): Case[][] {
  return drafts.flatMap((draft) => {
    const { options } = draft.dating;
    const event = datedEvent(line, draft);
    if (!event) return [];
    const gold = event.date.start ?? null;
    return [
      options.map(({ start, features }) => ({
        article: line.id,
        features,
        label: gold === null ? start === null : start?.startsWith(gold) === true,
        weight: gold === null ? UNDATED : 1,
      })),
    ];
  });
}

/** The event that a draft tells of; of several the one that a time of its sentence fits. */
function datedEvent(line: GoldLine, draft: Draft): GoldEvent | undefined {
  const own = draft.dating.options.filter(({ kind }) => kind === 'own').map(({ start }) => start ?? '');
  let best = quotedBy(line, draft);
  let highest = 0;
  for (const event of best ? [] : events(line)) {
    const fit = fitness(event, draft.candidate.type, draft.parties.keys(), null, draft.status);
    const gold = event.date.start ?? null;
    const score = fit === 0 ? 0 : fit + (gold !== null && own.some((start) => start.startsWith(gold)) ? 0.5 : 0);
    if (score > highest) [best, highest] = [event, score];
  }
  return best;
}

/** Cases of the choice of persons: does each person near a draft take part in the act. */
function personCases(line: GoldLine, { drafts }: Sketch): Case[] {
  return drafts.flatMap((draft) => {
    const event = eventOf(line, draft, draft.time?.start ?? null, draft.status);
    if (!event) return [];
    const names = new Set((event.people ?? []).map(surname));
    return draft.personChoices.map(({ person, features }) => ({
      article: line.id,
      features,
      label: names.has(surname(person.name)),
    }));
  });
}

/** The share of one option in a model of choice, as a model of its own: its features are those that begin with its name. */
function partOfChoice(model: LinearModel, option: string): LinearModel {
  const prefix = `${option}|`;
  const own = Object.entries(model.weights).filter(([name]) => name.startsWith(prefix));
  return {
    ...model,
    about: `is the act ${option}`,
    bias: model.weights[option] ?? 0,
    weights: Object.fromEntries(own.map(([name, weight]) => [name.slice(prefix.length), weight])),
  };
}

/** The models of the fields by name. `rules` hold the model of the parties, which comes before them. */
export function trainFields(lines: readonly GoldLine[], rules: Rules): Map<string, LinearModel> {
  const work = (known: Rules) => lines.map((line) => ({ line, drafts: sketched(line, known) }));
  const models = new Map<string, LinearModel>();
  const learnt = (): Rules => ({
    ...rules,
    models: new Map([...rules.models, ...[...models].map(([name, model]) => [name, compileModel(model)] as const)]),
  });
  const dates = work(rules).flatMap(({ line, drafts }) => dateChoices(line, drafts));
  models.set('date', fitChoice(dates, DATE, 'is this the date of the act'));
  const dated = work(learnt());
  const statuses = dated.flatMap(({ line, drafts }) => statusChoices(line, drafts));
  const status = fitChoice(statuses, STATUS, 'is this the status of the act');
  for (const option of Status.options) models.set(`status/${option}`, partOfChoice(status, option));
  const persons = dated.flatMap(({ line, drafts }) => personCases(line, drafts));
  models.set('person', fitLinear(persons, PERSON, 'does the person take part in the act', PERSON_THRESHOLD));
  return models;
}
