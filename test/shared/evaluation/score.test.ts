import { describe, expect, it } from 'vitest';
import { GoldArticle } from '../../../src/shared/evaluation/gold.js';
import { evaluate, type Prediction } from '../../../src/shared/evaluation/score.js';
import type { ExtractedRecord } from '../../../src/shared/model/record.js';
import { aRecord } from '../../support/samples.js';

const TEXT = 'The defence ministers of Georgia and Estonia met in Tbilisi on Sunday. Latvia sent lorries.';

const article = (events: object[], over: object = {}) =>
  GoldArticle.parse({ id: 'a', text: TEXT, relevant: true, events, ...over });
const event = (over: object = {}) => ({
  type: 'meeting',
  status: 'completed',
  date: { start: '2026-01-04' },
  parties: ['GEO', 'EST'],
  people: [],
  programmes: [],
  ...over,
});
const party = (code: string): ExtractedRecord['parties'][number] => ({ kind: 'country', code, name: code, role: null });
const record = (over: Partial<ExtractedRecord> = {}): ExtractedRecord => ({ ...aRecord(), ...over });
const person = (name: string) => ({ name, rank: null, post: null, affiliation: null });
const made = (...records: ExtractedRecord[]): Prediction => ({ relevant: true, language: 'en', records });

const one = (events: object[], ...records: ExtractedRecord[]) =>
  evaluate([{ gold: article(events), made: made(...records) }]);

describe('events', () => {
  it.each([
    ['the same', event(), record(), 1],
    ['another type', event({ type: 'visit' }), record(), 0],
    ['half of the parties', event({ parties: ['GEO', 'EST'] }), record({ parties: [party('GEO')] }), 1],
    ['a third of the parties', event({ parties: ['GEO', 'EST', 'LVA'] }), record({ parties: [party('GEO')] }), 0],
    ['another year', event({ date: { start: '2025' } }), record(), 0],
    ['no year on one side', event({ date: { start: null } }), record(), 1],
  ])('with %s', (_name, coded, found, right) => {
    const { figures, faults } = one([coded], found);
    expect(figures.events?.f1).toBe(right);
    expect(faults.map(({ fault }) => fault)).toEqual(right ? [] : ['missed', 'wrong']);
  });

  it('are matched best first, each once', () => {
    const near = record({ status: 'planned' });
    const { figures, faults } = one([event()], near, record());
    expect(figures.events).toEqual({ precision: 0.5, recall: 1, f1: 2 / 3 });
    expect(figures.fields.status).toBe(1);
    expect(faults).toMatchObject([{ fault: 'wrong', status: 'planned', quote: aRecord().evidence[0]?.quote }]);
  });

  it('that are optional are right when found and nothing when not', () => {
    const optional = event({ optional: true });
    expect(one([optional], record())).toMatchObject({ faults: [], figures: { fields: { status: 1 } } });
    expect(one([optional]).faults).toEqual([]);
  });

  it('are counted by type, language and outlet', () => {
    const { byType, byLanguage, byOutlet } = evaluate([
      { gold: article([event(), event({ type: 'aid' })], { outlet: 'Wire', language: 'fr' }), made: made(record()) },
    ]);
    expect(byType).toEqual(
      new Map([
        ['meeting', { right: 1, wrong: 0, missed: 0 }],
        ['aid', { right: 0, wrong: 0, missed: 1 }],
      ]),
    );
    expect([...byLanguage.keys(), ...byOutlet.keys()]).toEqual(['fr', 'Wire']);
  });
});

describe('fields', () => {
  it('are compared in events that were found', () => {
    const coded = event({ date: { start: '2026-01' }, people: ['Ana Lomidze', 'B. Tamm'], programmes: ['PfP'] });
    const found = record({
      people: [person('Colonel Lomidze'), person('C. Rebane')],
      programmes: [{ code: 'PfP', name: 'Partnership for Peace' }],
      status: 'planned',
    });
    expect(one([coded], found).figures.fields).toEqual({
      parties: 1,
      status: 0,
      date: 1,
      peoplePrecision: 0.5,
      peopleRecall: 0.5,
      programmes: 1,
    });
  });

  it('that no coder wrote are not measured', () => {
    const { fields } = one([event({ date: null })], record()).figures;
    expect(fields).toMatchObject({ date: null, peopleRecall: null, peoplePrecision: null, programmes: null });
  });
});

describe('relevance and evidence', () => {
  it('leave marginal articles and articles without a judgement aside', () => {
    const judge = (over: object, relevant: boolean) => ({
      gold: article([], over),
      made: { relevant, language: 'en', records: [] },
    });
    const { relevance } = evaluate([
      judge({}, true),
      judge({}, false),
      judge({ relevant: false }, true),
      judge({ relevant: false, certainty: 'marginal' }, true),
      judge({ relevant: undefined }, true),
    ]).figures;
    expect(relevance).toEqual({ precision: 0.5, recall: 0.5, f1: 0.5 });
  });

  it('count records whose passage does not stand in the text', () => {
    const moved = record({ evidence: [{ start: 3, end: 10, quote: 'nowhere' }] });
    expect(one([event()], record(), moved).figures).toMatchObject({ records: 2, withoutTrueEvidence: 1 });
  });
});
