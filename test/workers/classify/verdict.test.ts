import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Verdict } from '../../../src/shared/model/record.js';
import { loadRules } from '../../../src/shared/text/rules.js';
import { classifyArticle, readableLanguages } from '../../../src/workers/classify/verdict.js';

const rules = loadRules('config');
const judge = (title: string, text: string, language: string | null = 'en') =>
  classifyArticle({ title, text, date: '2024-05-14', language, outlet: null, outletCountry: null }, rules);

const PACT = `The defence ministers of Norway and Chile signed a military cooperation agreement in Oslo on Monday.
Under the accord, the two navies will hold joint exercises and Chilean officers will attend courses at the Norwegian naval academy.
Norway's armed forces are also to deliver two patrol vessels to the Chilean navy next year, the ministry said.`;

describe('the verdict', () => {
  it('is yes for an article about a military agreement, with the passages that decided', () => {
    const verdict = judge('Norway and Chile sign defence pact', PACT);
    expect(verdict.relevant).toBe(true);
    expect(verdict.types).toContain('agreement');
    expect(verdict.evidence.length).toBeGreaterThan(0);
    for (const { start, end, quote } of verdict.evidence) expect(PACT.slice(start, end)).toBe(quote);
    expect(Verdict.parse(verdict)).toEqual(verdict);
  });

  it.each([
    [
      'Robber caught',
      'Police arrested a man on Tuesday after a bank robbery in the old town. His defence lawyer said he would appeal.',
    ],
    [
      'Cup final',
      'The defence of the home side held until the last minute. The striker scored twice and the army of fans cheered.',
    ],
    ['', ''],
  ])('is no for "%s"', (title, text) => {
    expect(judge(title, text).relevant).toBe(false);
  });

  it('is no for a language that the rules do not read, with a score of nothing', () => {
    expect(readableLanguages).toContain('en');
    expect(judge('', PACT, 'az')).toMatchObject({ relevant: false, score: 0, language: 'az' });
  });
});

const GOLD = '../shared/gold/dev-written.jsonl';
const gold = existsSync(GOLD) ? readFileSync(GOLD, 'utf8') : null;
if (gold === null) console.warn(`skipped: ${GOLD} is not there`);
const Line = z.object({ title: z.string(), text: z.string(), relevant: z.boolean() });

describe.skipIf(gold === null)('on the coded articles', () => {
  it('agrees with the coders on nine of ten', () => {
    const lines = (gold ?? '')
      .split('\n')
      .filter(Boolean)
      .map((line) => Line.parse(JSON.parse(line)));
    const right = lines.filter(({ title, text, relevant }) => judge(title, text).relevant === relevant).length;
    expect(right / lines.length).toBeGreaterThan(0.9);
  });
});
