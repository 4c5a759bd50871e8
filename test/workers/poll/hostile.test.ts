import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { outcomesOf } from '../../support/hostile.js';
import { FIELDS, MORSELS } from './hostile-morsels.js';

const Outcome = z.object({
  name: z.string(),
  ms: z.number(),
  polluted: z.boolean(),
  code: z.string().optional(),
  title: z.string().optional(),
  entries: z.number().optional(),
  text: z.string().optional(),
});

/** What each input must end in: a failure of the table, or a feed with so many entries. */
const EXPECTED: Readonly<Record<string, string | number>> = {
  'fifty megabytes': 'poll/too-large',
  'fifteen megabytes of entries': 'poll/too-large',
  'fifteen megabytes in one text': 1,
  'fifteen megabytes of cdata': 1,
  'hundred thousand levels': 'poll/unreadable',
  'hundred thousand levels outside': 'poll/not-a-feed',
  'billion laughs': 1,
  'external entity': 1,
  'a<h': 1,
  'a<h escaped': 1,
  'brackets and quotes': 1,
  'brackets and equals': 1,
  'open comments': 1,
  'open cdata': 1,
  'open doctypes': 1,
  'end tags without start': 1,
  'many tags': 'poll/too-large',
  'many namespaces': 1,
  'many attributes': 1,
  'long attribute': 1,
  ampersands: 1,
  'white space in a title': 1,
  'one long date': 1,
  'one long author': 1,
  'links with broken quotes': 1,
  'proto elements': 1,
  'proto attributes': 1,
  'proto in json': 1,
  'title of fifteen megabytes': 1,
  'million empty entries': 'poll/too-large',
  'fields without end': 1,
  'bad dates without end': 1,
  'long bases': 10_000,
  'long attributes': 700,
  'nul between all letters': 1,
  'tags in cdata': 1,
  'sections in sections': 1,
  'ends of sections': 1,
  'attributes without end': 1,
  'doctype of brackets': 1,
  'stray brackets': 'poll/too-large',
  'page of fifteen megabytes': 'poll/too-large',
  'json of a million entries': 'poll/too-large',
  'deep json objects': 1,
  'deep json': 0,
  'nul bytes': 1,
  ...Object.fromEntries(MORSELS.map((morsel) => [`every field full of ${morsel}`, FIELDS.length])),
  'noise as utf-16': 'poll/not-a-feed',
  'noise as utf-32': 'poll/not-a-feed',
  'noise of no charset': 1,
  'nothing but zeros': 'poll/not-a-feed',
};

describe('hostile feeds, in a process with 512 MB of heap', () => {
  const outcomes = outcomesOf('test/workers/poll/hostile-child.ts', Outcome, 300_000);

  it('answers every one of them', () => {
    expect([...outcomes.keys()].sort()).toEqual(Object.keys(EXPECTED).sort());
  });

  it.each(Object.entries(EXPECTED))('%s: %s, within 10 s, prototypes untouched', (name, expected) => {
    const outcome = outcomes.get(name);
    expect(outcome?.code ?? outcome?.entries).toBe(expected);
    expect(outcome?.ms).toBeLessThan(10_000);
    expect(outcome?.polluted).toBe(false);
  });

  it('expands no entity, neither of the document nor of a file', () => {
    expect(outcomes.get('billion laughs')?.title).toBe('&a11;');
    expect(outcomes.get('external entity')?.title).toBe('&x;');
    expect(outcomes.get('external entity')?.text).not.toContain('root:');
  });
});
