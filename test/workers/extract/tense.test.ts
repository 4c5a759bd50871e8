import { describe, expect, it } from 'vitest';
import { tokenize } from '../../../src/shared/text/tokens.js';
import { nearestVerb, verbGroupAt } from '../../../src/workers/extract/tense.js';

const at = (text: string, word: string) => {
  const tokens = tokenize(text);
  return { tokens, index: tokens.findIndex(({ raw }) => raw === word) };
};

describe('the tense of a verb', () => {
  it.each([
    ['Chile will soon sign the pact', 'sign', 'will'],
    ['The pact will be signed', 'signed', 'will'],
    ['Chile would sign the pact', 'sign', 'would'],
    ['Chile may also sign', 'sign', 'may'],
    ['The two are to sign it', 'sign', 'due'],
    ['The two are expected to sign it', 'sign', 'due'],
    ['Chile is training pilots', 'training', 'progressive'],
    ['The pilots are being trained', 'trained', 'progressive'],
    ['The pilots are trained there', 'trained', 'passive'],
    ['Chile signed the pact', 'signed', 'past'],
    ['The pact was signed', 'signed', 'past'],
    ['Chile has already signed', 'signed', 'perfect'],
    ['The pact has been signed', 'signed', 'perfect'],
    ['The pact had been signed', 'signed', 'past-perfect'],
    ['Chile has been training pilots', 'training', 'perfect-progressive'],
    ['Chile trains pilots', 'trains', 'present'],
    ['They spoke of training pilots', 'training', 'gerund'],
  ])('%s', (text, word, tense) => {
    const { tokens, index } = at(text, word);
    expect(verbGroupAt(tokens, index, 0)?.tense).toBe(tense);
  });
  it('of an infinitive is told by the word it hangs on', () => {
    const { tokens, index } = at('Chile agreed to supply radars', 'supply');
    expect(verbGroupAt(tokens, index, 0)).toMatchObject({ tense: 'infinitive', governor: 'agreed' });
  });
  it('is negated where the words say so', () => {
    const { tokens, index } = at('Chile will not extend the mission', 'extend');
    expect(verbGroupAt(tokens, index, 0)).toMatchObject({ tense: 'will', negated: true });
  });
  it('is none of a noun', () => {
    const { tokens, index } = at('the supply of radars', 'supply');
    expect(verbGroupAt(tokens, index, 0)).toBeNull();
  });
});

describe('the verb beside a noun', () => {
  const beside = (text: string, word: string, side: 'left' | 'right') => {
    const { tokens, index } = at(text, word);
    return nearestVerb(tokens, { low: 0, high: tokens.length, first: index, last: index + 1 }, side)?.tense ?? null;
  };
  it('is found on either side within the clause', () => {
    expect(beside('Chile will hold an exercise', 'exercise', 'left')).toBe('will');
    expect(beside('The exercise will be held in May', 'exercise', 'right')).toBe('will');
    expect(beside('The exercise was held in May', 'exercise', 'right')).toBe('past');
    expect(beside('He said that the exercise', 'exercise', 'left')).toBeNull();
  });
});
