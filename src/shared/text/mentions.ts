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

const EXERCISE_WORDS = new Set(
  'exercise exercises drill drills manoeuvre manoeuvres maneuver maneuvers wargame wargames codenamed dubbed'.split(
    ' ',
  ),
);

/** The names of the gazetteers in a text. Ambiguous ones are settled by what stands beside them. */
export function findMentions(tokens: readonly Token[], rules: Rules): Mention[] {
  const mentions: Mention[] = [];
  for (const match of rules.gazetteer.find(tokens)) {
    const entries = match.entries.filter((entry) => holds(entry, match, tokens));
    const entry = entries.find((e) => e.kind !== 'equipment' && e.kind !== 'exercise') ?? entries[0];
    if (!entry) continue;
    mentions.push({ first: match.first, last: match.last, entry, also: entries.find((e) => e !== entry) ?? null });
  }
  return mentions;
}

function holds(entry: Entry, match: NameMatch, tokens: readonly Token[]): boolean {
  const before = tokens[match.first - 1];
  const after = tokens[match.last];
  if (entry.kind === 'exercise') {
    if (!entry.common) return true;
    const around = [tokens[match.first - 1], tokens[match.first - 2], after, tokens[match.last + 1]];
    return around.some((token) => token && EXERCISE_WORDS.has(token.key)) || /^[“"'‘«]$/.test(before?.raw ?? '');
  }
  if (entry.kind === 'country') {
    // "Jordan" and "Georgia" are also names of people and of a state of the USA.
    if (entry.form === 'name' && (entry.party === 'GEO' || entry.party === 'JOR' || entry.party === 'TCD')) {
      if (before?.capital && before.kind === 'word' && before.start + 12 > (tokens[match.first]?.start ?? 0)) {
        return !(before.raw.length > 2 && !before.shout && isFirstNameLike(before));
      }
      if (after?.key === ',' && tokens[match.last + 1]?.key === 'us') return false;
    }
    if (entry.form === 'seat' && entry.party === 'MDV') return false;
    if (entry.party === 'USA' && entry.form === 'seat' && before?.key === 'george') return false;
    if (entry.form === 'seat' && entry.party === 'USA' && /^(post|times|university)$/.test(after?.key ?? ''))
      return false;
  }
  if (entry.kind === 'organization' && entry.party === 'UN' && after?.key === 'ambassador') return true;
  return true;
}

const isFirstNameLike = (token: Token): boolean =>
  /^(michael|vernon|king|gen|general|mr|ms|sgt|maj|col)$/.test(token.key);
