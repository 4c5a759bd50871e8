import type { Mention } from './mentions.js';
import type { NameRun } from './names.js';
import type { Sentence } from './sentences.js';
import { type Token, textOf } from './tokens.js';

/** Rank, post and party that the words beside a name give to a person. */
export interface Titles {
  rank: string | null;
  post: string | null;
  party: string | null;
  /** "his Chilean counterpart": holds the post of the person named before. */
  counterpart: boolean;
  /** "the ministers": the post is that of the next name too, whose parties these are. */
  plural: boolean;
  parties: string[];
  /** Token at which the titles begin. */
  lead: number;
}

const HEADS =
  /^(?:minister|secretary|chief|commander|head|ambassador|director|spokesman|spokeswoman|spokesperson|chairman|chairwoman|chair|president|chancellor|premier|envoy|attache|adviser|advisor|leader|governor|king|prince|emir|amir|sultan|captain|lawmaker|senator|deputy|officer|official|inspector|commandant|counsellor|counselor|representative|undersecretary|coordinator|speaker)(s?)$/;
const COUNTERPARTS = new Set('counterpart colleague homologue host guest'.split(' '));
const ENVOYS = /ambassador|envoy|attach|representative|delegate/i;
/** Words that may stand within a post. */
const INNER = new Set(
  "of for to the & 's defence defense foreign state armed forces military national security army navy air force general staff interior department ministry our his her its joint policy operations international public political external internal central regional naval ground land main chief deputy".split(
    ' ',
  ),
);
const LINKS = /^(?:of|for|to|the|in|at|and|&)$/;
const REACH = 14;

const ofParty = (mention: Mention | undefined): string | null =>
  mention && /^(?:country|organization|body)$/.test(mention.entry.kind) ? mention.entry.party : null;

const NONE = { rank: null, post: null, party: null, counterpart: false, plural: false, parties: [] };

/** Ranks, post and party before a name: "Turkish Land Forces commander, Gen. X", "the minister of defence of Peru, X". */
export function titlesBefore(
  tokens: readonly Token[],
  sentence: Sentence,
  run: NameRun,
  at: ReadonlyMap<number, Mention>,
): Titles {
  const titles: Titles = { ...NONE, parties: [], lead: run.first };
  const low = sentence.first;
  let i = run.first - 1;
  if (tokens[i]?.key === ',' && /^(?:[,.;)]|and|who|in|at|on|to)$/.test(tokens[run.last]?.key ?? ',')) i -= 1;
  i = ranksBefore(tokens, low, i, at, titles);
  if (titles.rank !== null && tokens[i]?.key === ',') i -= 1;
  const word = tokens[i]?.key ?? '';
  if (i >= low && COUNTERPARTS.has(word)) {
    titles.counterpart = true;
    titles.lead = i;
    partyBefore(tokens, low, i - 1, at, titles);
    return titles;
  }
  // In "the minister for Africa" the name belongs to the post.
  const post = LINKS.test(tokens[run.first - 1]?.key ?? '') ? null : postBefore(tokens, low, i, at);
  if (post) {
    Object.assign(titles, { post: post.text, party: post.party, plural: post.plural, lead: post.first });
    partyBefore(tokens, low, post.first - 1, at, titles);
    titles.party ??= post.owner;
    return titles;
  }
  const party = ofParty(at.get(tokens[i]?.key === "'s" ? i - 1 : i));
  if (party !== null && i >= low) titles.party = party;
  return titles;
}

/** Collects the ranks and forms of address that end at `i`; index before them. */
function ranksBefore(
  tokens: readonly Token[],
  low: number,
  from: number,
  at: ReadonlyMap<number, Mention>,
  titles: Titles,
): number {
  let i = from;
  let address: string | null = null;
  while (i >= low) {
    const mention = at.get(tokens[i]?.raw === '.' ? i - 1 : i) ?? at.get(i);
    if (mention?.entry.kind !== 'rank') break;
    const text = textOf(tokens, mention.first, mention.last);
    if (mention.entry.address) address = text;
    else titles.rank = titles.rank === null ? text : `${text} ${titles.rank}`;
    titles.lead = mention.first;
    i = mention.first - 1;
  }
  titles.rank ??= address;
  return i;
}

interface Post {
  first: number;
  text: string;
  party: string | null;
  owner: string | null;
  plural: boolean;
}

/** A post whose words end at `from`: one of the gazetteer, or a head word with what belongs to it. */
function postBefore(
  tokens: readonly Token[],
  low: number,
  from: number,
  at: ReadonlyMap<number, Mention>,
): Post | null {
  let party: string | null = null;
  let cut = from + 1;
  for (let i = from; i >= Math.max(low, from - REACH); i--) {
    const mention = at.get(i);
    const key = tokens[i]?.key ?? '';
    const post = mention?.entry.kind === 'post' ? mention : mention?.also?.kind === 'post' ? mention : null;
    const head = HEADS.exec(key);
    if (post || head) {
      const first = post?.first ?? i;
      const end = post?.last ?? i + 1;
      // What stands between post and name must belong to the post: "minister of state for defence, X".
      if (end <= from && !LINKS.test(tokens[end]?.key ?? '') && tokens[end]?.key !== ',') return null;
      const text = textOf(tokens, first, cut);
      if (party !== null && ENVOYS.test(text)) party = null;
      const owner = post?.entry.kind === 'post' ? post.entry.party : null;
      const plural =
        HEADS.exec(tokens[(post?.last ?? i + 1) - 1]?.key ?? key)?.[1] === 's' ||
        head?.[1] === 's' ||
        /ministers|presidents|chiefs|secretaries/i.test(text);
      return { first, text, party, owner, plural };
    }
    const owned = ofParty(mention);
    if (mention && owned !== null) {
      const link =
        tokens[mention.first - 1]?.key === 'the' ? tokens[mention.first - 2]?.key : tokens[mention.first - 1]?.key;
      if (!/^(?:of|for|to|in|at)$/.test(link ?? '')) return null;
      party ??= owned;
      i = mention.first - 1;
      if (tokens[i]?.key === 'the') i -= 1;
      cut = Math.min(cut, i);
      continue;
    }
    if (mention && mention.entry.kind !== 'place') return null;
    if (!INNER.has(key) && !(tokens[i]?.capital && i < from + 1) && !(key === 'and' && tokens[i + 1]?.capital))
      return null;
  }
  return null;
}

/** The party that a post belongs to, before it: "Georgia's", "the Turkish", "NATO", "the Indonesian and Malaysian". */
function partyBefore(
  tokens: readonly Token[],
  low: number,
  from: number,
  at: ReadonlyMap<number, Mention>,
  titles: Titles,
): void {
  for (let i = from; i >= Math.max(low, from - 4); i--) {
    const mention = at.get(i);
    const party = ofParty(mention);
    if (mention && party !== null) {
      titles.party = party;
      titles.lead = mention.first;
      titles.parties = [party];
      const other = tokens[mention.first - 1]?.key === 'and' ? at.get(mention.first - 2) : undefined;
      const first = ofParty(other);
      if (titles.plural && first !== null) {
        titles.party = first;
        titles.parties = [first, party];
      }
      return;
    }
    const key = tokens[i]?.key ?? '';
    if (
      mention
        ? mention.entry.kind !== 'post'
        : !(key === "'s" || key === '-' || /^[A-Za-z-]{3,}$/.test(tokens[i]?.raw ?? ''))
    )
      return;
    if (/^(?:and|with|met|by|that|said|told|from|his|her|their|its)$/.test(key)) return;
  }
}

/** Post and party after a name: "X, the Turkish defence minister", "President X of Ukraine", "X, who heads the navy". */
export function titlesAfter(
  tokens: readonly Token[],
  sentence: Sentence,
  run: NameRun,
  at: ReadonlyMap<number, Mention>,
): Pick<Titles, 'post' | 'party'> & { told: boolean } {
  let post: string | null = null;
  let party: string | null = null;
  let owner: string | null = null;
  const opener = tokens[run.last]?.key;
  const next = tokens[run.last + 1]?.key ?? '';
  if (opener !== ',' && opener !== 'of' && opener !== '(') return { post, party, told: false };
  if (opener === ',' && next === 'who') return { post, party, told: true };
  const limit = Math.min(sentence.last, run.last + (opener === 'of' ? 6 : 16));
  for (let i = run.last + 1; i < limit; i++) {
    const key = tokens[i]?.key ?? '';
    const mention = at.get(i);
    if (mention) {
      const { entry } = mention;
      if (entry.kind === 'post' && post === null) {
        post = textOf(tokens, mention.first, mention.last);
        owner = entry.party;
      } else if (ofParty(mention) !== null && party === null) party = ofParty(mention);
      else if (entry.kind === 'rank' || entry.kind === 'official') break;
      i = mention.last - 1;
      if (opener === 'of' || (post !== null && party !== null)) break;
      continue;
    }
    if (post === null && opener === ',' && HEADS.test(key) && /^(?:a|an|the|its|his|her|their)$/.test(next)) {
      post = textOf(tokens, Math.max(run.last + 2, i - 1), i + 1);
      continue;
    }
    if (/^(?:[,;)]|and|who|said|told|added)$/.test(key)) break;
  }
  if (opener === ',' && post === null) party = null;
  return { post, party: party ?? owner, told: false };
}
