import type { Mention } from './mentions.js';
import type { Sentence } from './sentences.js';
import { foldWord, type Token } from './tokens.js';

/** A person as the whole text tells of him or her. `party`: code of the party that the person acts for. */
export interface Person {
  name: string;
  rank: string | null;
  post: string | null;
  party: string | null;
}

/** Where the text names a person: tokens [first, last), with rank and post before the name from `lead`. */
export interface PersonMention {
  person: Person;
  sentence: number;
  lead: number;
  first: number;
  last: number;
}

const PARTICLES = new Set('al el de da di du van von der den bin ibn la le dos del ul e y bint ter'.split(' '));
const NOT_NAMES = new Set(
  (
    'the a an in on at of for and but or as by with from to this that these those he she it we they i his her its our ' +
    'their mr mrs when while after before during since if monday tuesday wednesday thursday friday saturday sunday ' +
    'january february march april may june july august september october november december army navy force forces ' +
    'ministry department ministers government council committee republic treaty agreement exercise air north south ' +
    'east west northern southern eastern western national united new state states security defence defense military ' +
    'joint house parliament union group mission operation programme program plan day today also however meanwhile ' +
    'press release district region gulf sea ocean island islands river base port airport camp fort university ' +
    'institute academy college centre center hotel palace newspaper television news agency times post corps marines ' +
    'islamic state kurdish arab european african asian american western soviet ottoman christian muslim jewish ' +
    'both all some many most one two three four five six seven eight nine ten there here what who where how why not ' +
    'no yes according under over among between against into about than then so such only even still just now'
  ).split(' '),
);
const SPEECH = new Set(
  'informed said told added noted stressed says explained announced stated emphasized emphasised recalled argued remarked tweeted wrote thanked expressed praised assured'.split(
    ' ',
  ),
);

interface Run {
  first: number;
  last: number;
}

/** Finds the persons that a text names, with rank, post and the party they act for where the words around tell it. */
export function findPersons(
  tokens: readonly Token[],
  sentences: readonly Sentence[],
  mentions: readonly Mention[],
  home: string | null,
): PersonMention[] {
  const at = new Map<number, Mention>();
  for (const mention of mentions) for (let i = mention.first; i < mention.last; i++) at.set(i, mention);
  const found: PersonMention[] = [];
  const byLast = new Map<string, Person>();
  const open: { run: Run; sentence: Sentence }[] = [];
  for (const sentence of sentences) {
    for (const run of nameRuns(tokens, sentence, at)) {
      const person = strongPerson(tokens, sentence, run, at, home);
      if (!person) {
        open.push({ run, sentence });
        continue;
      }
      found.push(known(person, sentence, run, byLast));
    }
  }
  for (const { run, sentence } of open) {
    const person = byLast.get(lastName(tokens, run));
    if (person) found.push({ person, sentence: sentence.index, lead: run.first, first: run.first, last: run.last });
  }
  return found.sort((a, b) => a.first - b.first);
}

const lastName = (tokens: readonly Token[], run: Run): string => tokens[run.last - 1]?.key ?? '';

/** Maximal rows of capitalised words that no gazetteer claims, such as may be names of persons. */
function nameRuns(tokens: readonly Token[], sentence: Sentence, at: ReadonlyMap<number, Mention>): Run[] {
  const runs: Run[] = [];
  const usable = (i: number): boolean => {
    const token = tokens[i];
    if (token?.kind !== 'word' || !token.capital || NOT_NAMES.has(token.key)) return false;
    if (token.shout && token.raw.length > 2 && token.raw.includes('.') === false && token.raw.length < 5) return false;
    const mention = at.get(i);
    return !mention || mention.entry.kind === 'official' || (mention.entry.kind === 'place' && i > sentence.first);
  };
  let i = sentence.first;
  while (i < sentence.last) {
    if (!usable(i)) {
      i += 1;
      continue;
    }
    let last = i + 1;
    while (last < sentence.last) {
      const next = usable(last) ? last + 1 : bridged(tokens, last, sentence.last, usable);
      if (next <= last) break;
      last = next;
    }
    if (last - i <= 6) runs.push({ first: i, last });
    i = last;
  }
  return runs;

  function bridged(all: readonly Token[], from: number, end: number, ok: (i: number) => boolean): number {
    const token = all[from];
    // "Haider al-Abadi", "Kim Jong-un", "Joseph R. Biden", "Ursula von der Leyen"
    if (token?.raw === '.' && all[from - 1]?.raw.length === 1 && from + 1 < end && ok(from + 1)) return from + 2;
    if (
      token?.raw === '-' &&
      from + 1 < end &&
      token.start === all[from - 1]?.end &&
      all[from + 1]?.start === token.end
    ) {
      return all[from + 1]?.kind === 'word' && !at.has(from + 1) ? from + 2 : 0;
    }
    let next = from;
    while (next < end && next - from < 3 && (PARTICLES.has(all[next]?.key ?? '') || all[next]?.raw === '-')) next++;
    return next > from && next < end && ok(next) ? next + 1 : 0;
  }
}

/** A run that the words around it make a person, or null. */
function strongPerson(
  tokens: readonly Token[],
  sentence: Sentence,
  run: Run,
  at: ReadonlyMap<number, Mention>,
  home: string | null,
): (Person & { lead: number }) | null {
  const before = leadIn(tokens, sentence, run, at);
  const after = apposition(tokens, sentence, run, at);
  const official = officialIn(run, at);
  const words = run.last - run.first;
  // "HMS Queen Elizabeth" is a ship, "the Obama administration" a government.
  if (
    /^(?:hms|uss|hmas|hmcs|ins|rfa|tcg)$/.test(tokens[run.first - 1]?.key ?? '') ||
    /^(?:hms|uss|hmas|hmcs|ins)$/.test(tokens[run.first - 2]?.key ?? '')
  )
    return null;
  if (/^(?:administration|government|regime|presidency|cabinet)$/.test(tokens[run.last]?.key ?? '')) return null;
  const speaks = SPEECH.has(tokens[run.last]?.key ?? '') || (words > 1 && SPEECH.has(tokens[run.first - 1]?.key ?? ''));
  const titled = before.rank !== null || before.post !== null;
  const alone = words === 1 && run.first > sentence.first && SPEECH.has(tokens[run.last]?.key ?? '');
  if (!titled && !official && !alone && !(words > 1 && (after.post !== null || speaks))) return null;
  const post = before.post ?? after.post;
  const party = before.party ?? after.party ?? official ?? (post === null ? null : (before.owner ?? after.owner));
  return {
    name: nameText(tokens, run),
    rank: before.rank,
    post: post,
    party: party ?? (titled && home !== null && before.post !== null ? home : null),
    lead: before.lead,
  };
}

function officialIn(run: Run, at: ReadonlyMap<number, Mention>): string | null {
  for (let i = run.first; i < run.last; i++) {
    const entry = at.get(i)?.entry;
    if (entry?.kind === 'official') return entry.party;
  }
  return null;
}

/** Ranks, posts and the party before a name: "Turkish Land Forces commander, Gen. X", "Georgia's Defence Minister X". */
function leadIn(tokens: readonly Token[], sentence: Sentence, run: Run, at: ReadonlyMap<number, Mention>) {
  let rank: string | null = null;
  let post: string | null = null;
  let party: string | null = null;
  let owner: string | null = null;
  let lead = run.first;
  let loose = 0;
  for (let i = run.first - 1; i >= sentence.first && run.first - i < 22; i--) {
    const mention = at.get(i);
    if (mention) {
      const { entry } = mention;
      const text = textOf(tokens, mention.first, mention.last);
      if (entry.kind === 'rank' && post === null && party === null)
        rank = entry.address ? (rank ?? null) : rank ? `${text} ${rank}` : text;
      else if (entry.kind === 'post' && post === null) {
        post = text;
        owner = entry.party;
      } else if (
        (entry.kind === 'country' || entry.kind === 'organization' || entry.kind === 'body') &&
        party === null
      ) {
        if (post === null && rank === null && loose > 0) break;
        party = entry.party;
        if (entry.kind !== 'country' || entry.form !== 'name' || post !== null) {
          lead = mention.first;
          if (post !== null) break;
        }
      } else if (party === null && entry.kind !== 'post') break;
      if (entry.kind === 'rank' && entry.address && post === null && rank === null) rank = rank ?? null;
      lead = mention.first;
      i = mention.first;
      loose = 0;
      if (entry.kind === 'rank' && entry.address) return { rank: rank ?? text, post, party, owner, lead };
      continue;
    }
    const token = tokens[i];
    const key = token?.key ?? '';
    if (
      post === null &&
      rank === null &&
      key !== ',' &&
      !(token?.kind === 'word' && loose === 0 && /^(gen|general)$/.test(key))
    )
      break;
    if (key === 'and' || key === 'with' || key === 'met' || key === ';' || SPEECH.has(key)) break;
    if (key === ',' && (loose > 0 || post !== null)) break;
    loose += 1;
    if (loose > 4) break;
  }
  return { rank, post, party, owner, lead };
}

/** Post and party after a name: "X, the Turkish defence minister", "President X of Ukraine". */
function apposition(tokens: readonly Token[], sentence: Sentence, run: Run, at: ReadonlyMap<number, Mention>) {
  let post: string | null = null;
  let party: string | null = null;
  let owner: string | null = null;
  const opener = tokens[run.last]?.key;
  if (opener !== ',' && opener !== 'of' && opener !== '(') return { post, party, owner };
  const limit = Math.min(sentence.last, run.last + (opener === 'of' ? 6 : 16));
  for (let i = run.last + 1; i < limit; i++) {
    const key = tokens[i]?.key ?? '';
    const mention = at.get(i);
    if (mention) {
      const { entry } = mention;
      if (entry.kind === 'post' && post === null) {
        post = textOf(tokens, mention.first, mention.last);
        owner = entry.party;
      } else if (
        (entry.kind === 'country' || entry.kind === 'organization' || entry.kind === 'body') &&
        party === null
      ) {
        party = entry.party;
      } else if (entry.kind === 'rank' || entry.kind === 'official') break;
      i = mention.last - 1;
      if (opener === 'of' || (post !== null && party !== null)) break;
      continue;
    }
    if (key === ',' || key === ';' || key === 'and' || key === 'who' || key === ')' || SPEECH.has(key)) break;
  }
  if (opener === ',' && post === null) party = null;
  return { post, party, owner };
}

function known(
  person: Person & { lead: number },
  sentence: Sentence,
  run: Run,
  byLast: Map<string, Person>,
): PersonMention {
  const { lead, ...fresh } = person;
  const key = foldWord(fresh.name.split(' ').at(-1) ?? '');
  const old = byLast.get(key);
  const same = old && (old.party === null || fresh.party === null || old.party === fresh.party) ? old : undefined;
  if (same) {
    if (fresh.name.length > same.name.length) same.name = fresh.name;
    same.rank ??= fresh.rank;
    same.post ??= fresh.post;
    same.party ??= fresh.party;
  } else byLast.set(key, fresh);
  return { person: same ?? fresh, sentence: sentence.index, lead, first: run.first, last: run.last };
}

function nameText(tokens: readonly Token[], run: Run): string {
  return textOf(tokens, run.first, run.last);
}

/** The words of tokens [first, last) with a space wherever the text has one. */
export function textOf(tokens: readonly Token[], first: number, last: number): string {
  let text = '';
  for (let i = first; i < last; i++) {
    const token = tokens[i];
    if (!token) continue;
    if (text !== '' && tokens[i - 1]?.end !== token.start) text += ' ';
    text += token.raw;
  }
  return text;
}
