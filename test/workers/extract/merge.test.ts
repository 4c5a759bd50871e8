import { describe, expect, it } from 'vitest';
import type { RecordType } from '../../../src/shared/model/record.js';
import { readDocument } from '../../../src/shared/text/document.js';
import { loadRules } from '../../../src/shared/text/rules.js';
import { claimsOf } from '../../../src/workers/extract/acceptance.js';
import { alike, attach } from '../../../src/workers/extract/merge.js';
import { workOut } from '../../../src/workers/extract/records.js';

const rules = loadRules('config');
const draftsOf = (text: string, types: RecordType[] = ['exercise']) => {
  const article = { title: '', text, date: '2024-05-14', language: 'en', outlet: null, outletCountry: null };
  const document = readDocument(article, rules);
  return { document, drafts: workOut(document, rules, types).drafts };
};

const TWICE = `Norway and Chile held the joint exercise Southern Ice in 2019.

The exercise of Norway and Chile in 2021 was the larger one.`;

describe('drafts that are alike', () => {
  it('claim in the order of their likelihood, each against those before it', () => {
    const { document, drafts } = draftsOf(TWICE);
    const claims = claimsOf(drafts, document);
    const scores = claims.map(({ draft }) => draft.score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(claims[0]?.features.has('prior/0')).toBe(true);
    expect(claims[1]?.features.has('prior/1')).toBe(true);
    expect(claims[1]?.features.has('same/date/differ')).toBe(true);
  });

  it('go beside a record as evidence only where their dates do not differ', () => {
    const { drafts } = draftsOf(TWICE);
    const [head, other] = drafts;
    if (!head || !other) throw new Error('two drafts were expected');
    expect(attach([head], [other]).get(head)).toEqual([head]);
    expect(attach([head], [{ ...other, time: null, score: 0.6 }]).get(head)).toHaveLength(2);
    expect(attach([head], [{ ...other, time: null, score: 0.4 }]).get(head)).toEqual([head]);
  });

  it('are two meetings where one more host "also met" the guest', () => {
    const text = (verb: string) =>
      `Chilean Defence Minister Pedro Rojas met Norwegian General Lars Dahl. Chilean General Luis Soto ${verb} the Norwegian guest.`;
    const pair = (verb: string) => {
      const [one, other] = draftsOf(text(verb), ['meeting']).drafts;
      if (!one || !other) throw new Error('two drafts were expected');
      return alike(one, other);
    };
    expect(pair('met')).toBe(true);
    expect(pair('also met')).toBe(false);
  });
});
