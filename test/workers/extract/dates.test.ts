import { describe, expect, it } from 'vitest';
import { readDocument } from '../../../src/shared/text/document.js';
import { loadRules } from '../../../src/shared/text/rules.js';
import { findCandidates } from '../../../src/workers/extract/candidates.js';
import { calendarOf, chooseDate, dateOptions } from '../../../src/workers/extract/dates.js';

const rules = loadRules('config');
const documentOf = (text: string, date: string | null = '2024-05-14') =>
  readDocument({ title: '', text, date, language: 'en', outlet: null, outletCountry: null }, rules);

/** The dates chosen for the acts of one type in their order. */
function dates(type: 'meeting' | 'agreement' | 'exercise' | 'training', text: string, date?: string | null) {
  const document = documentOf(text, date);
  const calendar = calendarOf(document);
  return findCandidates(document, rules, new Set([type])).map((candidate) =>
    chooseDate(dateOptions(candidate, document, calendar, new Set([type])), rules),
  );
}

describe('the day of publication', () => {
  it('is the given one, else a full date in a short line of the head', () => {
    expect(calendarOf(documentOf('It began.', '2024-05-14T09:00:00Z')).published).toBe('2024-05-14');
    expect(calendarOf(documentOf('print | 07.06.2017, 09:14\n\nThe drill began.', null)).published).toBe('2017-06-07');
    expect(
      calendarOf(documentOf('The drill began on 7 June 2017 in the north of the country, far from the border.', null))
        .published,
    ).toBeNull();
  });
  it('resolves what the text counts from it', () => {
    const { times } = calendarOf(documentOf('RIGA, 14 May 2024\n\nThe drill began yesterday.', null));
    expect(times.at(-1)?.start).toBe('2024-05-13');
  });
});

describe('the date of an act', () => {
  it('stands beside its trigger', () => {
    const [met, signed] = [
      dates('meeting', 'The Chilean defence minister met his Latvian counterpart in Riga on Monday.')[0],
      dates('agreement', 'Chile and Latvia signed a memorandum on defence on 3 March 2019 and renewed it in 2022.')[0],
    ];
    expect(met?.date).toMatchObject({ start: '2024-05-13', precision: 'day', basis: 'explicit' });
    expect(signed?.date.start).toBe('2019-03-03');
  });
  it('is not the end that "until" gives', () => {
    const [drill] = dates('exercise', 'The joint exercise of Chile and Latvia goes on until Friday.');
    expect(drill?.date.start).not.toBe('2024-05-17');
  });
  it('of the news without a time is the day of publication, and never one before it is known', () => {
    const text = 'The defence ministers of Chile and Latvia met in Riga.';
    expect(dates('meeting', text)[0]?.date).toMatchObject({ start: '2024-05-14', basis: 'publication' });
    expect(dates('meeting', text, null)[0]?.date).toMatchObject({ start: null, precision: 'unknown' });
  });
  it('that goes on since a year has no end', () => {
    const [training] = dates('training', 'Latvian instructors have trained Chilean soldiers since 2015.');
    expect(training?.date).toMatchObject({ start: '2015', end: null, precision: 'year' });
  });
  it('may be told by the sentence before, which is among the options', () => {
    const document = documentOf('The minister flew to Riga on Sunday. He met the Latvian defence minister there.');
    const calendar = calendarOf(document);
    const [meeting] = findCandidates(document, rules, new Set(['meeting'] as const)).filter(
      ({ sentence }) => sentence.index === 1,
    );
    const options = meeting ? dateOptions(meeting, document, calendar, new Set()) : [];
    expect(options.map(({ kind, start }) => [kind, start])).toEqual([
      ['before', '2024-05-12'],
      ['lead', '2024-05-12'],
      ['publication', '2024-05-14'],
      ['none', null],
    ]);
  });
});
