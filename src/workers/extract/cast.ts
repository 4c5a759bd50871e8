import type { Document, Reading } from '../../shared/text/document.js';
import type { Rules } from '../../shared/text/rules.js';

/** Where a party is named, directly or through a person, a body or a firm. */
export interface PartyMention {
  party: string;
  first: number;
  last: number;
  form: 'name' | 'demonym' | 'seat' | 'organization' | 'body' | 'firm' | 'person' | 'we' | 'programme';
  adversary: boolean;
  /** Named as a place: "in Berlin". */
  locative: boolean;
}

/** How much the article is about each party. */
export interface Cast {
  mentions: PartyMention[];
  bySentence: ReadonlyMap<number, PartyMention[]>;
  /** Parties by weight, heaviest first. */
  ranked: string[];
  share: ReadonlyMap<string, number>;
  /** How much of a party's mentions speak of an enemy. */
  foes: ReadonlyMap<string, number>;
  rivals: Rules['rivals'];
  title: ReadonlySet<string>;
  lead: ReadonlySet<string>;
  home: string | null;
}

const LOCATIVES = new Set('in at near outside around across inside throughout'.split(' '));

/** Party mentions of one sentence that are weighed; bounds the work on texts that are lists. */
const MAX_IN_SENTENCE = 60;

/** The parties of an article and where they stand. */
export function castOf(document: Document, rules: Rules): Cast {
  const mentions = partyMentions(document.body, document.home, rules);
  const { sentences } = document.body;
  // Without a title the first full sentence says what the article is about.
  const headEnd = sentences.find(({ first, last }) => last - first > 8)?.last ?? 0;
  const heading =
    document.title.tokens.length > 0
      ? partyMentions(document.title, document.home, rules)
      : mentions.filter(({ first }) => first < headEnd);
  const title = new Set(heading.map(({ party }) => party));
  const bySentence = new Map<number, PartyMention[]>();
  const weights = new Map<string, number>();
  const hostile = new Map<string, { all: number; foe: number }>();
  let s = 0;
  for (const mention of mentions) {
    while (s < sentences.length - 1 && (sentences[s]?.last ?? 0) <= mention.first) s++;
    const row = bySentence.get(s) ?? [];
    if (row.length < MAX_IN_SENTENCE) row.push(mention);
    bySentence.set(s, row);
    const tally = hostile.get(mention.party) ?? { all: 0, foe: 0 };
    hostile.set(mention.party, { all: tally.all + 1, foe: tally.foe + (mention.adversary ? 1 : 0) });
    if (mention.adversary) continue;
    weights.set(mention.party, (weights.get(mention.party) ?? 0) + (s < 2 ? 2 : 1) * (mention.locative ? 0.5 : 1));
  }
  for (const party of title) weights.set(party, (weights.get(party) ?? 0) + 3);
  const ranked = [...weights].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([party]) => party);
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0) || 1;
  return {
    mentions,
    bySentence,
    ranked,
    share: new Map([...weights].map(([party, weight]) => [party, weight / total])),
    rivals: rules.rivals,
    foes: new Map([...hostile].map(([party, { all, foe }]) => [party, foe / all])),
    title,
    lead: new Set([0, 1, 2].flatMap((i) => bySentence.get(i) ?? []).map(({ party }) => party)),
    home: document.home,
  };
}

function partyMentions(reading: Reading, home: string | null, rules: Rules): PartyMention[] {
  const { tokens, mentions, persons } = reading;
  const found: PartyMention[] = [];
  const forOrganization = persons.some(({ person: { party } }) => party !== null && !rules.countries.has(party));
  for (const { first, last, entry } of mentions) {
    if (entry.kind === 'programme') {
      for (const party of entry.members)
        found.push({ party, first, last, form: 'programme', adversary: false, locative: false });
    }
    if (entry.party === null || inDateline(tokens, first)) continue;
    const form = formOf(entry);
    if (form === null) continue;
    const passport = form === 'demonym' && tokens[first - 1]?.key === 'the' && PASSPORT.test(tokens[last]?.key ?? '');
    if (passport && forOrganization) continue;
    const before = tokens[first - 1]?.key ?? '';
    const before2 = tokens[first - 2]?.key ?? '';
    const after = tokens[tokens[last]?.key === "'s" ? last + 1 : last]?.key ?? '';
    const after2 = tokens[last + 1]?.key ?? '';
    const adversary =
      rules.adversaryBefore.has(before) ||
      (before === 'the' && rules.adversaryBefore.has(before2)) ||
      (rules.adversaryAfter.has(after) && !(form === 'organization' || form === 'body')) ||
      (form === 'demonym' && rules.adversaryAfter.has(after2) && after !== 'and');
    const locative =
      (form === 'name' || form === 'seat') &&
      (LOCATIVES.has(before) ||
        (before === 'the' && LOCATIVES.has(before2)) ||
        (before === ',' && tokens[first - 2]?.capital === true));
    found.push({ party: entry.party, first, last, form, adversary, locative });
  }
  for (const { person, first, last } of persons) {
    if (person.party !== null)
      found.push({ party: person.party, first, last, form: 'person', adversary: false, locative: false });
  }
  if (home !== null) {
    for (const [at, { key, raw }] of tokens.entries()) {
      if (key === 'we' || key === 'our' || raw === 'I' || raw === 'my') {
        found.push({ party: home, first: at, last: at + 1, form: 'we', adversary: false, locative: false });
      }
    }
  }
  return found.sort((a, b) => a.first - b.first);
}

/** "The Turkish official" of an organisation acts for it, whatever the passport. */
const PASSPORT = /^(?:official|officer|general|admiral|commander|diplomat|envoy)$/;

/** "SANTIAGO, Chile -" before the first words of a paragraph tells where it was written, not who acts. */
function inDateline(tokens: Reading['tokens'], at: number): boolean {
  let start = at;
  while (start > 0 && at - start < DATELINE && !tokens[start]?.newline) start -= 1;
  if (start > 0 && !tokens[start]?.newline) return false;
  const shouted = tokens[start]?.shout === true && (tokens[start]?.raw.length ?? 0) > 4;
  if (shouted && start === at && start === 0 && tokens[at + 1]?.capital) return true;
  let bracket = false;
  for (let i = at + 1; i < start + DATELINE; i++) {
    const token = tokens[i];
    if (!token || token.newline) return false;
    const next = tokens[i + 1];
    if (/^[-–—]$/.test(token.raw) && next && !(next.start === token.end && token.start === tokens[i - 1]?.end)) {
      return next.capital || next.kind === 'number';
    }
    if (token.raw === '(' || token.raw === ')') bracket = token.raw === '(';
    if (token.kind === 'word' && !token.capital && !bracket) return false;
  }
  return false;
}
const DATELINE = 10;

function formOf(entry: Document['body']['mentions'][number]['entry']): PartyMention['form'] | null {
  if (entry.kind === 'country') return entry.form;
  if (entry.kind === 'organization' || entry.kind === 'body' || entry.kind === 'firm' || entry.kind === 'programme') {
    return entry.kind;
  }
  return null;
}
