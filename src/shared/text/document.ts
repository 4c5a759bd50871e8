import type { ArticleText } from '../model/article.js';
import { findMentions, type Mention } from './mentions.js';
import { settleOffices } from './offices.js';
import { findPersons, type Person, type PersonMention } from './persons.js';
import type { Rules } from './rules.js';
import { findSentences, type Sentence } from './sentences.js';
import { foldWord, type Token, tokenize } from './tokens.js';

/** A text read: tokens, sentences, names and persons. */
export interface Reading {
  text: string;
  tokens: Token[];
  sentences: Sentence[];
  mentions: Mention[];
  persons: PersonMention[];
}

/** An article read: its title and its body, the party that its outlet speaks for, and the person who says "I". */
export interface Document {
  article: ArticleText;
  title: Reading;
  body: Reading;
  home: string | null;
  speaker: Person | null;
}

/** Characters of a text that are read; what stands beyond them is no news article any more. */
export const MAX_CHARACTERS = 200_000;
/** Mentions of persons that are kept; a list of names is no news. */
const MAX_PERSONS = 1_500;

/** Reads an article. Linear in its length. */
export function readDocument(article: ArticleText, rules: Rules): Document {
  const home = homeOf(article, rules);
  const bodyText = article.text.slice(0, MAX_CHARACTERS);
  const bodyTokens = tokenize(bodyText);
  const bodyMentions = findMentions(bodyTokens, rules);
  const titleText = article.title.slice(0, 1_000);
  const titleTokens = tokenize(titleText);
  const title = readText(titleText, titleTokens, findMentions(titleTokens, rules, bodyMentions), home);
  const named = [...new Set(title.persons.map(({ person }) => person))];
  const body = readText(bodyText, bodyTokens, bodyMentions, home, named);
  settleOffices(body);
  return { article, home, title, body, speaker: speakerOf(title) };
}

const SPOKEN = new Set('statement remarks speech address message letter comments'.split(' '));

/** "Statement from President X", "Remarks by X": whom the title names as the one who speaks in the text. */
function speakerOf({ tokens, persons }: Reading): Person | null {
  const first = persons[0];
  const opener = tokens[0]?.key ?? '';
  const link = first ? (tokens[first.lead - 1]?.key ?? '') : '';
  return first && SPOKEN.has(opener) && (link === 'by' || link === 'from' || link === 'of') ? first.person : null;
}

function readText(
  text: string,
  tokens: Token[],
  mentions: Mention[],
  home: string | null,
  named: readonly Person[] = [],
): Reading {
  const sentences = findSentences(tokens);
  return {
    text,
    tokens,
    sentences,
    mentions,
    persons: findPersons(tokens, sentences, mentions, home, named).slice(0, MAX_PERSONS),
  };
}

/** The party that "we" and an office without a country mean: the outlet's government, where it speaks for one. */
function homeOf(article: ArticleText, rules: Rules): string | null {
  const outlet = article.outlet === null ? undefined : rules.outlets.get(foldWord(article.outlet.split('/')[0] ?? ''));
  return outlet ?? null;
}
