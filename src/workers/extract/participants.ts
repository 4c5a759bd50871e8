import type { Document } from '../../shared/text/document.js';
import type { Rules } from '../../shared/text/rules.js';
import type { Sentence } from '../../shared/text/sentences.js';
import type { Candidate } from './candidates.js';
import type { Cast, PartyMention } from './cast.js';

/** Parties weighed for one candidate, with the features that a model or a rule judges by. */
export interface Choice {
  party: string;
  features: Map<string, number>;
  /** Parties of the enumeration of three or more that it stands in; they take part together or not at all. */
  list: readonly string[];
}

/** What the choices of one candidate have in common. */
interface Scene {
  candidate: Candidate;
  document: Document;
  cast: Cast;
  inside: readonly PartyMention[];
  before: readonly PartyMention[];
  lists: ReadonlyMap<PartyMention, readonly PartyMention[]>;
  refers: boolean;
  distinct: number;
}

/** The parties that may take part in the act of a candidate. */
export function choicesFor(candidate: Candidate, document: Document, cast: Cast): Choice[] {
  const inside = cast.bySentence.get(candidate.sentence.index) ?? [];
  const before = cast.bySentence.get(candidate.sentence.index - 1) ?? [];
  const parties = new Set([
    ...inside.map(({ party }) => party),
    ...before.map(({ party }) => party),
    ...cast.ranked.slice(0, 6),
  ]);
  const scene: Scene = {
    candidate,
    document,
    cast,
    inside,
    before,
    lists: listsIn(inside, document.body.tokens),
    refers: refersToPair(document, candidate.sentence),
    distinct: new Set(inside.filter((m) => !m.adversary && !m.locative).map(({ party }) => party)).size,
  };
  return [...parties].slice(0, 20).map((party) => ({
    party,
    features: choiceFeatures(party, scene),
    list: listOf(party, scene),
  }));
}

function listOf(party: string, { inside, lists }: Scene): string[] {
  const mention = inside.find((m) => m.party === party && (lists.get(m)?.length ?? 0) >= 3);
  const parties = new Set((mention && lists.get(mention))?.map((m) => m.party));
  return parties.size >= 3 ? [...parties] : [];
}

function choiceFeatures(party: string, scene: Scene): Map<string, number> {
  const { candidate, document, cast, inside, before, lists, refers, distinct } = scene;
  const features = new Map<string, number>();
  const add = (name: string, value = 1) => features.set(name, value);
  const own = inside.filter((mention) => mention.party === party);
  const rank = cast.ranked.indexOf(party);
  const place = own.length > 0 ? 'in' : 'out';
  const others = distinct - (own.some((m) => !m.adversary && !m.locative) ? 1 : 0);
  const crowd = Math.min(others, 3);
  add(`${place}`);
  add(`${place}/others=${crowd}`);
  add(`${place}/${candidate.type}`);
  add(`${place}/${candidate.type}/others=${crowd}`);
  add(`${place}/rank=${rank < 0 ? 9 : Math.min(rank, 5)}/others=${crowd}`);
  add(`share/${place}`, cast.share.get(party) ?? 0);
  add(`foe/${place}`, cast.foes.get(party) ?? 0);
  if (facesRival(party, scene)) add(`rival/${place}`);
  if (cast.title.has(party)) add(`title/${place}/others=${crowd}`);
  if (cast.lead.has(party)) add(`lead/${place}`);
  if (cast.home === party) add(`home/${place}/others=${crowd}`);
  if (refers) add(`pair/${place}/rank=${Math.min(rank < 0 ? 9 : rank, 3)}`);
  if (before.some((mention) => mention.party === party)) add(`before/${place}/others=${crowd}`);
  add(document.article.outlet !== null && cast.home !== null ? `official/${place}` : `press/${place}`);
  if (own.length === 0) return features;
  if (own.every((m) => m.adversary)) add('adversary');
  if (own.every((m) => m.locative)) {
    add('locative');
    add(`locative/${candidate.type}`);
    add(`locative/others=${crowd}`);
    if (own.every((m) => m.form === 'seat')) add(`locative/seat`);
  }
  for (const form of new Set(own.map((m) => m.form))) add(`form/${form}`);
  if (own.every((m) => m.form === 'seat')) add('seat-only');
  if (own.some((mention) => (lists.get(mention)?.length ?? 0) >= 3)) {
    add('listed');
    add(`listed/${candidate.type}`);
  } else if (inside.some((mention) => (lists.get(mention)?.length ?? 0) >= 3)) add('beside-list');
  for (const name of standingOf(own, scene)) add(name);
  return features;
}

/** A rival of the party, of which the article speaks more, stands in the sentence. */
function facesRival(party: string, { cast, inside }: Scene): boolean {
  const rivals = cast.rivals.get(party);
  const rank = cast.ranked.indexOf(party);
  return (
    rivals !== undefined && inside.some((m) => rivals.has(m.party) && (rank < 0 || cast.ranked.indexOf(m.party) < rank))
  );
}

/** How the mention of a party that is nearest to the trigger stands to it. */
function standingOf(own: readonly PartyMention[], { candidate, document, inside, lists }: Scene): string[] {
  const { tokens } = document.body;
  const reach = (m: PartyMention) => Math.min(...(lists.get(m) ?? [m]).map((peer) => distance(peer, candidate)));
  const nearest = own.reduce((a, b) => (reach(b) < reach(a) ? b : a));
  const group = lists.get(nearest) ?? [nearest];
  const anchor = group.reduce((a, b) => (distance(b, candidate) < distance(a, candidate) ? b : a));
  const head = group[0] ?? nearest;
  const near = distance(anchor, candidate);
  const side = anchor.first < candidate.first ? 'left' : 'right';
  const [from, to] = [Math.min(anchor.last, candidate.last), Math.max(anchor.first, candidate.first)];
  let borders = 0;
  let commas = 0;
  for (let at = from; at < to; at++) {
    const key = tokens[at]?.key ?? '';
    if (BORDERS.has(key)) borders += 1;
    if (key === ',') commas += 1;
  }
  const peers = new Set(group.map(({ party }) => party));
  const between = new Set(
    inside.filter((m) => !peers.has(m.party) && m.first >= from && m.last <= to).map(({ party }) => party),
  ).size;
  const names = [
    near <= 3 ? 'near/3' : near <= 8 ? 'near/8' : near <= 16 ? 'near/16' : 'near/far',
    `side/${side}`,
    `side/${side}/${candidate.type}`,
    `between/${side}/${Math.min(2, between)}`,
    `borders/${Math.min(2, borders)}`,
    `borders/${side}/${Math.min(2, borders)}`,
    `commas/${Math.min(2, commas)}`,
  ];
  const skip = tokens[head.first - 1]?.key === 'the' ? 2 : 1;
  const lead = tokens[head.first - skip]?.key ?? '';
  names.push(`lead/${LEADS.has(lead) ? lead : 'other'}`, `lead/${side}/${LEADS.has(lead) ? lead : 'other'}`);
  const after = tokens[nearest.last]?.key === "'s" ? nearest.last + 1 : nearest.last;
  if (after > nearest.last) names.push('owner');
  names.push(`next/${stem(tokens[after]?.key ?? '')}`);
  return names;
}

const stem = (key: string): string => key.slice(0, 7);
const LEADS = new Set(
  'with to by from of and between for in at on against , - among via over about than toward towards'.split(' '),
);
/** Words at which another clause begins. */
const BORDERS = new Set(
  '; : while whereas but which who that after before as because when where although though despite amid since if'.split(
    ' ',
  ),
);

/** The enumerations of a sentence ("Latvia, Poland and the United States"): each mention with all of its own. */
function listsIn(
  inside: readonly PartyMention[],
  tokens: readonly { key: string }[],
): Map<PartyMention, readonly PartyMention[]> {
  const lists = new Map<PartyMention, readonly PartyMention[]>();
  let open: PartyMention[] = [];
  for (const mention of inside) {
    const last = open.at(-1);
    if (!last || !linked(last, mention, tokens)) open = [];
    open.push(mention);
    lists.set(mention, open);
  }
  return lists;
}

function linked(a: PartyMention, b: PartyMention, tokens: readonly { key: string }[]): boolean {
  if (b.first < a.last || b.first - a.last > 4) return false;
  for (let at = a.last; at < b.first; at++) if (!LINKS.has(tokens[at]?.key ?? '')) return false;
  return b.first > a.last;
}
const LINKS = new Set([',', 'and', 'the', 'of', 'from', 'with', '-', '–', ';', 'as', 'well', 'republic', "'s", '&']);

const distance = (mention: PartyMention, candidate: Candidate): number =>
  mention.last <= candidate.first ? candidate.first - mention.last : Math.max(0, mention.first - candidate.last);

const PAIRS =
  /^(?:sides|countries|nations|states|armies|ministers|leaders|presidents|parties|governments|militaries|capitals|allies|neighbours|neighbors|partners|navies|officials|men|firms|companies)$/;

/** "the two countries", "both sides": the pair that the article is about. */
function refersToPair(document: Document, sentence: Sentence): boolean {
  const { tokens } = document.body;
  for (let at = sentence.first; at < sentence.last; at++) {
    const key = tokens[at]?.key;
    if (key !== 'two' && key !== 'both' && key !== 'the') continue;
    const next = tokens[at + 1]?.key ?? '';
    if (
      PAIRS.test(next) ||
      ((next === 'two' || next === 'defence' || next === 'defense') && PAIRS.test(tokens[at + 2]?.key ?? ''))
    )
      return true;
    if (key === 'both') return true;
  }
  return false;
}

/** The parties of the candidate: by the model where there is one, else by the plain rule; two at least where there are two. */
export function chooseParties(choices: readonly Choice[], rules: Rules): { parties: string[]; certainty: number } {
  const model = rules.models.get('party');
  const scored = choices.map((choice) => ({
    ...choice,
    score: model ? model.score(choice.features) : plainScore(choice.features),
  }));
  const threshold = model?.threshold ?? 0.5;
  const byParty = new Map(scored.map(({ party, score }) => [party, score]));
  for (const choice of scored) {
    const peers = choice.list.map((party) => byParty.get(party) ?? 0);
    if (peers.length > 0) choice.score = peers.reduce((sum, score) => sum + score, 0) / peers.length;
  }
  scored.sort((a, b) => b.score - a.score || (a.party < b.party ? -1 : 1));
  const chosen = scored.filter(({ score }, at) => score >= threshold || (at < 2 && score >= 0.02)).slice(0, 16);
  const certainty = chosen.length < 2 ? 0.1 : Math.sqrt((chosen[0]?.score ?? 0) * (chosen[1]?.score ?? 0));
  return { parties: chosen.map(({ party }) => party), certainty };
}

const plainScore = (features: ReadonlyMap<string, number>): number => {
  if (!features.has('in')) return 0.1 + 0.3 * (features.get('share/out') ?? 0);
  if (features.has('adversary')) return 0.05;
  return features.has('locative') ? 0.3 : 0.8;
};
