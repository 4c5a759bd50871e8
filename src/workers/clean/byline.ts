import { fold, tidy } from './text.js';

const PREFIX =
  /^(?:(?:written|posted|published|reported|story|article|words?|text|reviewed|edited|medically reviewed|updated|created|submitted|guest post|verfasst|geschrieben|ver[oö]ffentlicht|erstellt|eingestellt|publi[eé]|escrito|scritto|geplaatst|skrevet)\s+)?(?:by|von|par|por|de la|di|door|av|af|przez|od|autor(?:in|a|es|en)?|authors?|auteurs?|autore|verfasser(?:in)?|yazar|yazan|haber|автор(?:ы)?|кореспондент|писател|συντάκτης|text|foto|redaktion|hazırlayan|بقلم|كتب|نویسنده|מאת|作者|記者|记者|文|글)(?:\s*[:：/|]?\s+|$)/iu;
const PREFIX_SIGN = /^(?:autor(?:in)?|authors?|auteurs?|yazar|автор|作者|記者|记者|by|von|text)\s*[:：]\s*/iu;
const NOT_A_NAME =
  /\b(?:staff|team|desk|newsroom|editors?|editorial|redaktion|r[eé]daction|redacci[oó]n|redazione|redacci[oó]|redakcja|redakce|admin|administrator|webmaster|news|press|agency|agentur|office|ministry|department|company|inc|llc|gmbh|ltd|corp|university|institute|foundation|association|magazine|media|times|post|daily|journal|blog|guest|contributor|contributors|correspondents?|unknown|undefined|null|artikel|bio|sponsored|cookies?|anonymous|posted|written|zuletzt|author|authors|user|subscribe|follow|comments?|kommentare?|share|profile|posts?|about|read|more|view all|website|homepage|email|min|ago|january|february|march|april|june|july|august|september|october|november|december|reuters|afp|ap|dpa|apa|tass|unian|anadolu|pressestelle|presse|verlag|verein|editör|редакция|редакційна|пресс|новости|агентство|haber merkezi)\b/iu;
const DEGREES =
  /(?:,|\s)\s*(?:Ph\.?\s?D\.?|PHD|M\.?D\.?|M\.?Sc?\.?|MS|MA|M\.A\.|BA|B\.A\.|B\.?Sc\.?|MBA|MPH|RDN?|R\.D\.|FAND|RN|DPT|CSCS|JD|Esq\.?|CPA|CFP®?|CEPF®?|DDS|DVM|CPT|LCSW|E-RYT(?:\s\d+)?)(?=,|\s|$)/gu;
const SEPARATOR = /\s*(?:;|\||•|·|\/|\n|\s–\s|\s—\s|\s-\s)\s*/u;
const AND = /\s*,\s*(?:and|und)\s+|\s+(?:and|und|et|y|e|i|en|og|och|ve|и|та|și|és|και|&|＆|with|mit)\s+/iu;

/** The persons that a byline names, without "By", roles, degrees, addresses; organisations and offices are left out. `stated`: the page's own data calls it a person, who may then bear the site's name or a small initial. */
export function readByline(source: string, siteNames: readonly string[], stated = false): string[] {
  let text = tidy(source.replace(/\n/g, ' | ')).slice(0, 300);
  if (/^https?:|^www\.|^@?[\w.-]+@[\w.-]+$/.test(text)) return [];
  text = text.replace(/https?:\/\/\S+|\S+@\S+\.\S+|\(\s*@?\w+\s*\)|(?<=\s)@\w+/g, ' ').trim();
  const by = /(?:^|[\s|])(?:[Bb]y|BY|[Vv]on|[Pp]ar|[Pp]or)[: ]\s*(?=\p{Lu})/u.exec(text);
  if (by && by.index < 60) text = text.slice(by.index + by[0].length);
  text = stripPrefix(text).replace(DEGREES, '');
  const found: string[] = [];
  for (const part of text.split(SEPARATOR)) {
    const pieces = part.split(AND).flatMap(splitCommas);
    for (const piece of pieces) {
      const name = nameIn(piece, siteNames, stated);
      if (name && !found.some((known) => fold(known) === fold(name))) found.push(name);
    }
    // What follows the first part that holds a name is a role, a date, an outlet.
    if (found.length > 0 && !/;/.test(source)) break;
  }
  return found.slice(0, 12);
}

function stripPrefix(text: string): string {
  let bare = text;
  for (let round = 0; round < 2; round++) bare = bare.replace(PREFIX_SIGN, '').replace(PREFIX, '');
  return bare.trim();
}

/** "Ann Lee, Bo Chan" is two persons; "Ann Lee, Senior Editor" is one with a role; "Lee, Ann" is one turned round. */
function splitCommas(text: string): string[] {
  const parts = text.split(/\s*[,、]\s*/).filter((part) => part !== '');
  const [first, second] = parts;
  if (parts.length === 2 && first && second && !/\s/.test(first) && /^\p{Lu}/u.test(first) && /^\p{Lu}/u.test(second))
    return [`${second} ${first}`];
  const names = parts.filter((part, index) => index === 0 || (/\s/.test(part) && looksLikeName(part)));
  return names;
}

function looksLikeName(text: string): boolean {
  const words = text.split(/\s+/);
  return (
    words.length <= 4 &&
    words.every((word) => /^(?:\p{Lu}|\p{Lo}|van|von|de|der|den|la|le|du|di|da|bin|al-|el-|ter|dos|del)/u.test(word)) &&
    !ROLE.test(text)
  );
}

const ROLE =
  /\b(?:reporter|writer|journalist|analyst|chief|director|manager|expert|fellow|professor|president|founder|ceo|cto|head|senior|correspondent|editor|columnist|redakteur(?:in)?|muhabir|specialist|engineer|lead|officer|partner|advisor|coach|consultant|strategist|attorney)\b/iu;

const DAY =
  /^(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?(?:,?\s\d.*)?$/iu;

function nameIn(text: string, siteNames: readonly string[], stated: boolean): string | null {
  const name = text
    .replace(/^[\s"'“”„«»()[\]*:.,-]+|[\s"'“”„«»()[\]*:,-]+$/gu, '')
    .replace(/\s*\([^()]{0,80}\)\s*$/, '');
  const words = name.split(/\s+/);
  if (name.length < 2 || name.length > 60 || words.length > 6) return null;
  if (/\d{3,}|[{}<>=#%$€!?…]/.test(name) || !/\p{L}{2}/u.test(name)) return null;
  if (NOT_A_NAME.test(name) || (words.length > 1 && ROLE.test(name))) return null;
  if (/^(?:the|die|das|le|les|il|el)\s/iu.test(name) || DAY.test(name) || (!stated && /\d/.test(name))) return null;
  if (stated && words.length > 1) return name;
  if (!stated && /^\p{Ll}/u.test(name)) return null;
  const folded = fold(name);
  if (siteNames.some((site) => fold(site).replaceAll(' ', '') === folded.replaceAll(' ', ''))) return null;
  return name;
}
