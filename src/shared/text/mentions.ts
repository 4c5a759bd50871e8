import type { Entry, NameMatch } from './gazetteer.js';
import type { Rules } from './rules.js';
import type { Token } from './tokens.js';

/** A name in the text with the one reading that the surroundings leave. Tokens [first, last). */
export interface Mention {
  first: number;
  last: number;
  entry: Entry;
  /** Another reading of the same words, for ranks that are posts too. */
  also: Entry | null;
}

/** Kinds whose everyday names need a word of context beside them. */
const WEIGHED: ReadonlySet<Entry['kind']> = new Set(['equipment', 'exercise', 'firm']);

/** Words around an everyday word within which the context that it needs must stand. */
const NEARBY = 3;

/**
 * The names of the gazetteers in a text. Ambiguous ones are settled by what stands beside them and by the parties that
 * the text names otherwise; `elsewhere` are mentions of another part of the same article.
 */
export function findMentions(tokens: readonly Token[], rules: Rules, elsewhere: readonly Mention[] = []): Mention[] {
  let equipmentEnd = Number.NEGATIVE_INFINITY;
  /** Things that the text has named beyond doubt: their everyday names need no context any more. */
  const vouched = new Set(elsewhere.map(({ entry }) => entry.plain ?? entry));
  const matches = rules.gazetteer.find(tokens, (entry, match) => {
    if (
      !(entry.needs instanceof Set && vouched.has(entry.plain ?? entry)) &&
      !holds(entry, match, tokens, equipmentEnd)
    )
      return false;
    if (entry.kind === 'equipment') equipmentEnd = match.last;
    if (WEIGHED.has(entry.kind)) vouched.add(entry.plain ?? entry);
    return true;
  });
  const named = partiesNamed(matches, elsewhere);
  const mentions: Mention[] = [];
  for (const { first, last, entries } of matches) {
    const left = settled(entries, named);
    const entry = left.find((e) => e.kind !== 'equipment' && e.kind !== 'exercise') ?? left[0];
    if (!entry || entry.kind === 'decoy') continue;
    mentions.push({ first, last, entry, also: left.find((e) => e !== entry) ?? null });
  }
  return mentions;
}

/** How often the text names each party beyond doubt. */
function partiesNamed(matches: readonly NameMatch[], elsewhere: readonly Mention[]): ReadonlyMap<string, number> {
  const named = new Map<string, number>();
  const count = ({ party, needs }: Entry): void => {
    if (party !== null && needs !== 'country') named.set(party, (named.get(party) ?? 0) + 1);
  };
  for (const { entries } of matches) if (entries.length === 1 && entries[0]) count(entries[0]);
  for (const { entry } of elsewhere) count(entry);
  return named;
}

/** The readings of a name that the parties of the text leave: of two countries that share a name, the one named more often. */
function settled(entries: readonly Entry[], named: ReadonlyMap<string, number>): readonly Entry[] {
  if (entries.length === 1 && entries[0]?.needs !== 'country') return entries;
  const left = entries.filter(({ needs, party }) => needs !== 'country' || (party !== null && named.has(party)));
  const timesOf = ({ party }: Entry): number => (party === null ? 0 : (named.get(party) ?? 0));
  return left.toSorted((a, b) => timesOf(b) - timesOf(a));
}

/** Whether what stands right beside a name leaves it this reading. */
function holds(entry: Entry, match: NameMatch, tokens: readonly Token[], equipmentEnd: number): boolean {
  if (entry.needs instanceof Set) {
    // "AH-64 Apache", "Javelins and Patriots": a weapon vouches for the one right behind it.
    if (entry.kind === 'equipment' && match.first - equipmentEnd < NEARBY) return true;
    if (entry.kind === 'exercise' && (isQuoted(match, tokens) || isEdition(match, tokens))) return true;
    return isNear(entry.needs, match, tokens);
  }
  if (entry.kind === 'country' && entry.form === 'name' && PERSONS_TOO.has(entry.party)) {
    const before = tokens[match.first - 1];
    return !(before?.capital && !before.shout && FIRST_NAMES.has(before.key));
  }
  return true;
}

function isNear(words: ReadonlySet<string>, { first, last }: NameMatch, tokens: readonly Token[]): boolean {
  for (let step = 1; step <= NEARBY; step++) {
    if (words.has(tokens[first - step]?.key ?? '') || words.has(tokens[last - 1 + step]?.key ?? '')) return true;
  }
  return false;
}

const isQuoted = ({ first }: NameMatch, tokens: readonly Token[]): boolean =>
  /^[“"'‘«„]$/.test(tokens[first - 1]?.raw ?? '');

/** "Zapad-2021", "Vostok 2018": the year of its edition stands behind the name of an exercise. */
function isEdition({ last }: NameMatch, tokens: readonly Token[]): boolean {
  const at = /^[-–]$/.test(tokens[last]?.raw ?? '') ? last + 1 : last;
  return /^(?:19|20)\d\d$/.test(tokens[at]?.raw ?? '');
}

/** "Jordan", "Georgia" and "Chad" are names of people, too. */
const PERSONS_TOO = new Set(['GEO', 'JOR', 'TCD']);
const FIRST_NAMES = new Set('michael vernon king gen general mr ms sgt maj col'.split(' '));
