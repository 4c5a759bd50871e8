import type { Token } from '../../shared/text/tokens.js';

/** How a clause speaks of what it tells: in which tense, or with which modality. */
export type Tense =
  | 'will'
  | 'would'
  | 'may'
  | 'due'
  | 'progressive'
  | 'passive'
  | 'past'
  | 'perfect'
  | 'perfect-progressive'
  | 'past-perfect'
  | 'present'
  | 'infinitive'
  | 'gerund';

/** A verb group of the text: its tense, and for an infinitive the word that it hangs on ("plans to", "ready to"). */
export interface VerbGroup {
  tense: Tense;
  governor: string;
  negated: boolean;
}

const BORDERS = new Set([
  ';',
  ':',
  '.',
  '(',
  ')',
  '–',
  '—',
  'that',
  'which',
  'who',
  'where',
  'while',
  'but',
  'because',
]);
const SKIPPED = new Set(
  'also already now currently still soon jointly recently not never first both formally officially reportedly further again then just only'.split(
    ' ',
  ),
);
const PAST = new Set(
  'met held took sent sold bought gave given began begun became came went made got won led built flew spoke told said left put cut drew lent taught sought brought saw struck stood paid kept ran rose fell grew withdrew froze sank thought found heard felt dealt meant broke chose wrote read set'.split(
    ' ',
  ),
);
const VERBS = new Set(
  (
    'plan intend want seek hope aim expect hold host begin start open train sell buy supply deliver provide send give ' +
    'receive sign meet visit join support help build produce deploy station conduct take make continue remain operate ' +
    'need consider propose offer ask request urge call agree pledge promise announce say say add note welcome thank ' +
    'stress discuss hope develop cooperate work lead participate include share exchange patrol arrive return leave ' +
    'end last run stay serve keep bring prepare look mark come go fly sail reject refuse suspend halt cancel withdraw'
  ).split(' '),
);
const DUE = new Set('to set due expected scheduled slated planned supposed going ready about'.split(' '));
const ADJECTIVES = new Set(
  'armed united combined advanced based related allied unmanned need indeed speed led'.split(' '),
);
const REACH = 12;

const isParticiple = (key: string): boolean =>
  PAST.has(key) || (key.length > 4 && key.endsWith('ed') && !ADJECTIVES.has(key));

/** The verb group that token `at` is the last word of or stands in, or null where it is no verb. */
export function verbGroupAt(tokens: readonly Token[], at: number, low: number): VerbGroup | null {
  const token = tokens[at];
  if (token?.kind !== 'word' || (token.capital && at > low)) return null;
  const { key } = token;
  let i = at - 1;
  let negated = false;
  while (i >= low && (SKIPPED.has(tokens[i]?.key ?? '') || tokens[i]?.key.endsWith('ly'))) {
    if (tokens[i]?.key === 'not' || tokens[i]?.key === 'never') negated = true;
    i -= 1;
  }
  const one = i >= low ? (tokens[i]?.key ?? '') : '';
  const two = i > low ? (tokens[i - 1]?.key ?? '') : '';
  const group = (tense: Tense, governor = ''): VerbGroup => ({ tense, governor, negated: negated || two === 'not' });
  const beforeBe = one === 'be' || one === 'been' || one === 'being' ? two : one;
  const three = one === 'be' && i > low + 1 ? (tokens[i - 2]?.key ?? '') : two;
  if (/^(?:will|shall|wont)$/.test(beforeBe) || beforeBe === "'ll") return group('will');
  if (beforeBe === 'would') return group('would');
  if (/^(?:may|might|could|can|should|must)$/.test(beforeBe)) return group('may');
  if (beforeBe === 'to') {
    if (/^(?:is|are)$/.test(three) || DUE.has(three)) return group('due', three);
    return group('infinitive', three);
  }
  if (key.endsWith('ing') && key.length > 4) {
    if (one === 'been') return group('perfect-progressive');
    if (/^(?:is|are|am|'s|'re)$/.test(one)) return group('progressive');
    if (/^(?:was|were)$/.test(one)) return group('past');
    return group('gerund');
  }
  if (isParticiple(key)) {
    if (/^(?:is|are)$/.test(one)) return DUE.has(key) && tokens[at + 1]?.key === 'to' ? group('due') : group('passive');
    if (one === 'being') return group('progressive');
    if (one === 'has' || one === 'have' || (one === 'been' && /^(?:has|have)$/.test(two))) return group('perfect');
    if (one === 'had' || (one === 'been' && two === 'had')) return group('past-perfect');
    return group('past');
  }
  if (/^(?:was|were|had|did)$/.test(key)) return group('past');
  if (/^(?:is|are|has|have|does|do)$/.test(key)) return group('present');
  const base =
    key.endsWith('es') && VERBS.has(key.slice(0, -2)) ? key.slice(0, -2) : key.endsWith('s') ? key.slice(0, -1) : key;
  if (VERBS.has(base) && !/^(?:the|a|an|of|their|its|his|this|joint|in|for|and)$/.test(one)) return group('present');
  return null;
}

/** The nearest verb group on one side of tokens [first, last), within the clause. */
export function nearestVerb(
  tokens: readonly Token[],
  range: { low: number; high: number; first: number; last: number },
  side: 'left' | 'right',
): (VerbGroup & { word: string }) | null {
  const { low, high, first, last } = range;
  const step = side === 'left' ? -1 : 1;
  for (let at = side === 'left' ? first - 1 : last; at >= low && at < high; at += step) {
    if (Math.abs(at - (side === 'left' ? first : last)) > REACH) return null;
    const key = tokens[at]?.key ?? '';
    if (BORDERS.has(key)) return null;
    // To the right an auxiliary comes first: the verb it belongs to tells the tense.
    if (side === 'right' && /^(?:will|would|may|might|could|has|have|had|is|are|was|were|be|been|to)$/.test(key)) {
      for (let next = at + 1; next < Math.min(high, at + 5); next++) {
        const group = verbGroupAt(tokens, next, low);
        if (group && !/^(?:is|are|has|have|had|was|were)$/.test(tokens[next]?.key ?? ''))
          return { ...group, word: tokens[next]?.key ?? '' };
      }
    }
    const group = verbGroupAt(tokens, at, low);
    if (group && group.tense !== 'gerund') return { ...group, word: key };
  }
  return null;
}
