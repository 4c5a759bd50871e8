import { describe, expect, it } from 'vitest';
import type { RecordType } from '../../../src/shared/model/record.js';
import { readDocument } from '../../../src/shared/text/document.js';
import { loadRules } from '../../../src/shared/text/rules.js';
import { findCandidates } from '../../../src/workers/extract/candidates.js';
import { castOf } from '../../../src/workers/extract/cast.js';
import { rolesOf } from '../../../src/workers/extract/roles.js';

const rules = loadRules('config');

function roles(type: RecordType, text: string, parties: string[]) {
  const article = { title: '', text, date: '2024-05-14', language: 'en', outlet: null, outletCountry: null };
  const document = readDocument(article, rules);
  const [candidate] = findCandidates(document, rules, new Set([type]));
  if (!candidate) throw new Error(`no ${type} in: ${text}`);
  return [...rolesOf(parties, candidate, document.body.tokens, castOf(document, rules)).values()];
}

describe('the roles of the parties', () => {
  it.each([
    ['arms_transfer', 'Norway delivered ten howitzers to Latvia.', ['supplier', 'recipient']],
    ['arms_transfer', 'Latvia received ten howitzers from Norway.', ['supplier', 'recipient']],
    ['arms_transfer', 'Ten howitzers were delivered to Latvia by Norway.', ['supplier', 'recipient']],
    ['arms_transfer', 'Latvia bought Norwegian howitzers.', ['supplier', 'recipient']],
    ['training', 'Norwegian instructors trained soldiers from Latvia.', ['trainer', 'trainee']],
    ['training', 'Latvian soldiers were trained by Norway.', ['trainer', 'trainee']],
    ['aid', 'Latvia is to receive 20 million euros in military aid from Norway.', ['supplier', 'recipient']],
    ['aid', 'Norway gave 20 million euros in military aid to Latvia.', ['supplier', 'recipient']],
    ['deployment', 'Norway deployed a battalion to Latvia.', ['visitor', 'host']],
    ['meeting', 'The Norwegian defence minister visited Latvia.', ['visitor', 'host']],
    ['exercise', 'Norway and Latvia held a joint exercise.', ['participant', 'participant']],
  ] as const)('%s: %s', (type, text, expected) => {
    expect(roles(type, text, ['NOR', 'LVA'])).toEqual([...expected]);
  });

  it('are left open where the words do not tell them, or tell one side twice', () => {
    expect(roles('meeting', 'The defence ministers of Norway and Latvia met.', ['NOR', 'LVA'])).toEqual([null, null]);
    const both = 'Howitzers from Norway and munitions from Latvia were delivered.';
    expect(roles('arms_transfer', both, ['NOR', 'LVA'])).toEqual([null, null]);
  });
});
