import { type RecordType, Role } from '../../shared/model/record.js';
import type { Token } from '../../shared/text/tokens.js';
import type { Candidate } from './candidates.js';
import type { Cast, PartyMention } from './cast.js';
import { verbGroupAt } from './tense.js';

/** Acts that go from one side to the other: who gives, who takes. */
const SIDES: Partial<Record<RecordType, { giver: Role; taker: Role }>> = {
  arms_transfer: { giver: 'supplier', taker: 'recipient' },
  aid: { giver: 'supplier', taker: 'recipient' },
  training: { giver: 'trainer', taker: 'trainee' },
};
/** Acts in which all have the same part. */
const SAME: Partial<Record<RecordType, Role>> = {
  exercise: 'participant',
  operation: 'participant',
  agreement: 'signatory',
};

/** Verbs whose subject takes. */
const TAKING =
  /^(?:receiv|bought|buy|purchas|acquir|procur|order|select|chos|choos|pick|undergo|underwent|learn|stud|graduat|import|took|tak|get|got)/;
const HOSTING = /^(?:host|receiv|welcom)/;
const TEACHERS = /^(?:instructor|trainer|adviser|advisor|mentor|lecturer|expert|specialist|academy|college)s?$/;
const MAKER = /^(?:made|built|supplied|donated|produced|provided|manufactured|designed|owned|developed)$/;

/** The part that each party takes in the act, where the words around it tell; null where they do not. */
export function rolesOf(
  parties: readonly string[],
  candidate: Candidate,
  tokens: readonly Token[],
  cast: Cast,
): Map<string, Role | null> {
  const same = SAME[candidate.type];
  const inside = cast.bySentence.get(candidate.sentence.index) ?? [];
  const roles = new Map(
    parties.map((party): [string, Role | null] => {
      if (same) return [party, same];
      const own = inside.filter((mention) => mention.party === party && !mention.adversary);
      const told = new Set(own.flatMap((mention) => roleOf(mention, candidate, tokens) ?? []));
      return [party, told.size === 1 ? ([...told][0] ?? null) : null];
    }),
  );
  // Two hosts and no guest, or two suppliers and nobody supplied: the words were misread.
  const told = new Set(roles.values());
  const oneSided = !same && roles.size > 1 && told.size === 1;
  return oneSided ? new Map(parties.map((party) => [party, null])) : roles;
}

function roleOf(mention: PartyMention, candidate: Candidate, tokens: readonly Token[]): Role | null {
  const { type } = candidate;
  const sides = SIDES[type];
  if (sides) {
    const side = sideOf(mention, candidate, tokens);
    return side && sides[side];
  }
  if (type === 'deployment') {
    if (/^(?:in|to|at|through|into|off)$/.test(leadOf(mention, tokens))) return 'host';
    if (HOSTING.test(verbOf(candidate, tokens))) return mention.first < candidate.first ? 'host' : 'visitor';
    return mention.first < candidate.first || mention.form === 'demonym' ? 'visitor' : null;
  }
  if (type === 'meeting' && candidate.trigger.roles) {
    const [before, after] = candidate.trigger.roles;
    if (/^(?:with|and|of|from)$/.test(leadOf(mention, tokens))) return null;
    const swapped = isPassive(candidate, tokens);
    const left = mention.first < candidate.first;
    return Role.options.find((known) => known === (left === swapped ? after : before)) ?? null;
  }
  return null;
}

/** On which side of a gift, a sale or a lesson a party stands. */
function sideOf(mention: PartyMention, candidate: Candidate, tokens: readonly Token[]): 'giver' | 'taker' | null {
  const lead = leadOf(mention, tokens);
  const next = tokens[mention.last]?.key ?? '';
  const following = next === '-' ? (tokens[mention.last + 1]?.key ?? '') : next;
  if (MAKER.test(following) || TEACHERS.test(following)) return 'giver';
  const taking = TAKING.test(verbOf(candidate, tokens));
  const passive = isPassive(candidate, tokens);
  if (lead === 'from') return candidate.type === 'training' && !taking ? 'taker' : 'giver';
  if (lead === 'by') return taking && passive ? 'taker' : 'giver';
  if (lead === 'to' || lead === 'for') return 'taker';
  if (lead !== '') return null;
  if (mention.first < candidate.first) {
    if (passive) return candidate.type === 'training' ? 'taker' : null;
    // "Ghana would receive more than 20 million in aid": the verb may stand before the trigger.
    const takes = tokens.slice(mention.last, candidate.first).some(({ key }) => TAKING.test(key));
    return taking || takes ? 'taker' : 'giver';
  }
  if (taking) return mention.form === 'demonym' ? 'giver' : null;
  return passive ? null : 'taker';
}

const PREPOSITIONS = new Set(
  'from by to for of with in at on between and through into off against over near'.split(' '),
);
const SKIPPED = new Set(['the', 'a', 'an', 'its', 'their', 'neighbouring', 'neighboring']);

/** The preposition that a name hangs on, or '' where it is the subject or the object. */
function leadOf({ first }: PartyMention, tokens: readonly Token[]): string {
  let at = first - 1;
  while (at > first - 4 && SKIPPED.has(tokens[at]?.key ?? '')) at -= 1;
  const key = tokens[at]?.key ?? '';
  return PREPOSITIONS.has(key) ? key : '';
}

/** Index of the last verb of the trigger, or -1: what comes before it are its auxiliaries. */
function verbAt({ first, last, sentence }: Candidate, tokens: readonly Token[]): number {
  for (let at = last - 1; at >= first; at--) if (verbGroupAt(tokens, at, sentence.first)) return at;
  return -1;
}

const verbOf = (candidate: Candidate, tokens: readonly Token[]): string =>
  tokens[Math.max(verbAt(candidate, tokens), candidate.first)]?.key ?? '';

/** "were delivered", "has been trained by": the subject is not the one who does it. */
function isPassive(candidate: Candidate, tokens: readonly Token[]): boolean {
  const at = verbAt(candidate, tokens);
  if (at < 0) return false;
  const before = tokens.slice(Math.max(candidate.sentence.first, at - 3), at).map(({ key }) => key);
  return before.some((key) => /^(?:is|are|was|were|be|been|being)$/.test(key)) || tokens[at + 1]?.key === 'by';
}
