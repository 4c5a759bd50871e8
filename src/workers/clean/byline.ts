import { parse } from 'tldts';
import { monthOf, plain } from './months.js';
import { fold, tidy } from './text.js';

/** How far a text is known to name an author: the page's data says so, the markup says so, or only its wording does. */
export type Trust = 'stated' | 'marked' | 'worded';

const MAX_CHARS = 300;
const LABEL =
  'by|von|vom|par|por|de la|di|door|av|af|przez|od|autor(?:in|a|es|en|ka|zy)?|authors?|auteurs?|autor[ei]|verfasser(?:in)?|yazar(?:lar)?[ıi]?|yazan|haber|müəllif|avtor|szerző|kirjoittaja|tekijä|författare|skribent|forfatter|journalist|автор(?:ы|и|ка)?|аўтар|кореспондент|писател|συντάκτης|συγγραφέας|text|texte|testo|tekst|redaktion|redacție|foto|hazırlayan|tarafından|بقلم|كتب|كتبه|نویسنده|מאת|लेखक|作者|記者|记者|文|글|penulis|oleh|tác giả|โดย|ავტორი|հեղինակ';
const PREFIX = new RegExp(
  `^(?:(?:written|posted|published|reported|story|article|words?|text|reviewed|edited|medically reviewed|updated|created|submitted|guest post|this (?:post|article|story) (?:was|is)|verfasst|geschrieben|ver[oö]ffentlicht|erstellt|eingestellt|gespeichert|publi[eé]|écrit|escribe|escrito|publicado|scritto|geplaatst|skrevet|napisane|text (?:&|und) (?:fotos?|bilder)|texte et photos)\\s+)?(?:${LABEL})(?:\\s*[:：/|]?\\s+|$)`,
  'iu',
);
const PREFIX_SIGN = new RegExp(
  `^(?:${LABEL}|author name|article by|text ?(?:&|und|and) ?(?:fotos?|bilder|photos?|images?))\\s*[:：]\\s*`,
  'iu',
);
const GLUED = /^(?:(?:[Ww]ritten )?[Bb]y|BY|[Aa]uthor|[Aa]utor|[Vv]on)(?=\p{Lu}(?:\p{Ll}|\.))/u;
/** What is said of others than the author, to the end of the line. */
const OTHERS =
  /(?:^|[\s|•·,(])(?:(?:medically |expert |fact[- ]?)*(?:reviewed|checked|edited|verified|approved|translated|illustrated|updated|sponsored|presented|powered|provided) by|(?<!(?:&|und|and|et) )(?:photos?|photography|images?|pictures?|fotos?|bild(?:er)?|video|illustrations?|graphics?|quelle|source|copyright)(?: by\b| von\b|:)|contributed to this|with (?:additional )?reporting).*$/iu;
/** What follows a name of two words: when, where, for whom. */
const TAIL =
  /(?<=\p{L}\s\p{L}[\p{L}.'’-]+)\s+(?:on|at|in|for|from|am|um|vom|im|für|bei|aus|à|desde|op|den|dnia|из|в|для|@)\s.*$|(?<=\p{L})\s+(?:on|at|in|for|from|am|um|vom|dnia|из|@)\s(?!\p{Lu}\p{Ll}+$).*$/u;
/** A role that follows a name without a comma. */
const ROLE_AFTER =
  /^(\p{Lu}[\p{L}.'’-]*(?:\s\p{Lu}[\p{L}.'’-]*){1,2}?)\s+(?:(?:senior|chief|staff|deputy|managing|executive|associate|assistant|political|defen[cs]e|military|foreign|world|national|international|special|diplomatic|business|economics|content|marketing|digital)\s)*(?:reporter|writer|journalist|analyst|director|manager|correspondent|editor|columnist|redakteur(?:in)?|chefredakteur(?:in)?|muhabir(?:i)?|coordinator|contributor|producer)\b.*$/iu;
const WEEKDAY =
  /[\s,|]+(?:on\s|am\s|le\s|el\s)?(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo)\b.*$/iu;
const DATES = [
  /\b(?:19|20)\d\d-\d\d-\d\d(?:T[\d:.+Z-]*)?/g,
  /\b\d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?\d{2,4}\b/g,
  /(?<![\p{L}\d])\d{1,2}(?:st|nd|rd|th|er|\.)?\s+(?:de\s+)?\p{L}{3,12}\.?,?\s+(?:de\s+|del\s+)?(?:19|20)\d\d(?!\d)/gu,
  /(?<!\p{L})\p{L}{3,12}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+(?:19|20)\d\d(?!\d)/gu,
  /\b\d{1,2}[:.h]\d\d(?::\d\d)?\s*(?:[ap]\.?\s?m\.?)?(?:\s*(?:uhr|ist|gmt|utc|[ecmp][sd]?t)\b)?/gi,
  /\b\d+\s*\+?\s*(?:min(?:ute)?s?\.?|minuten|dakika|мин\.?)\s*(?:de\s+)?(?:read(?:ing)?|lesezeit|lectura|lecture|okuma)?/gi,
];
const DEGREES =
  /^(?:(?:Ph\.?\s?D|M\.?\s?D|D\.?O|M\.?\s?Sc?|M\.?A|B\.?A|B\.?Sc?|M\.?B\.?A|MPH|RDN?|R\.D|LDN?|FAND|FAC[A-Z]{1,3}|R\.?N|BSN|MSN|APRN|NP|DNP|DPT|PT|CSCS|J\.?D|LL\.?M|LL\.?B|Esq|CPA|CFP|CFA|CEPF|CPP|PSP|PMP|D\.?D\.?S|D\.?V\.?M|VMD|DACVB|VTS|LVT|CPT|LCSW|LMFT|LPC|Psy\.?D|Ed\.?D|Eng|Dr|Jr|Sr|II|III|E-RYT|RYT)[.®™]{0,2}(?:\s\d{2,3})?(?:\s+|$))+$/u;
const SEPARATOR = /\s*(?:;|\||•|·|⋅|∙|●|▪|\n|\/\/|\s–\s|\s—\s|\s-\s)\s*/u;
const AND =
  /\s*,\s*(?:and|und)\s+|\s+(?:and|und|et|y|e|i|en|og|och|ja|ve|və|и|та|і|și|és|και|&|＆|with|mit)\s+|\s*\/\s*|(?<=\p{Script=Arabic})\s+و\s*(?=\p{Script=Arabic})/iu;
/** Words of offices, companies and page furniture; no person is called so. */
const OFFICES = new Set(
  'staff team teams desk newsroom newsdesk editor editors editorial redaktion redaktionen rédaction redaction redacción redaccion redazione redacció redakcja redakce redakcia redakcija redacția redactie redactia szerkesztőség toimitus redaksjonen redaktionel redaksiyon redaksiya admin adminn administrator webmaster moderator news press agency agentur office ministry ministerium department company inc llc gmbh ltd ag kg ug ev corp corporation university universität institute institut foundation stiftung association magazine magazin media medien times post daily tribune gazette herald journal blog guest contributor contributors correspondents unknown undefined null none artikel bio sponsored sponsor cookie cookies anonymous posted written zuletzt author authors user users subscribe follow comment comments kommentar kommentare share shares profile posts about read more view all website homepage email min ago reuters afp ap dpa apa tass unian anadolu bloomberg interfax ukrinform xinhua pti ani pressestelle presse pressemitteilung verlag verein verband e.v editör редакция редакційна редакція рэдакцыя пресс новости новини агентство служба merkezi служба haber kategorie category categories tags datum date advertisement anzeige werbung fotos newsletter online digital official club shop store hotel clinic hospital group center centre society council committee government federation fraktion kitchens archiv archive team: copyright updated published spotlight last home menu search insights article articles report reports'.split(
    ' ',
  ),
);
const OFFICE_ENDING =
  /(?:ministerium|stiftung|verlag|redaktion|zentrale|verband|verein|gesellschaft|institut|universität|agentur|magazin|zeitung|nachrichten|fraktion|news|agency)$/u;
const ROLE =
  /\b(?:reporter|writer|journalist|analyst|chief|director|manager|expert|fellow|professor|president|founder|ceo|cto|coo|cfo|cmo|vp|head|senior|correspondent|editor|columnist|redakteur(?:in)?|muhabir|specialist|engineer|lead|officer|partner|advisor|coach|consultant|strategist|attorney|representative|coordinator|grader|columnist|marketer|winemaker|autor(?:in)?|herausgeber(?:in)?|\p{L}*(?:leiter|redakteur|direktor|referent|sprecher|vorsitzender?|geschäftsführer|mitarbeiter|wissenschaftler|berater|dozent|korrespondent)(?:in)?)(?!\p{L})/iu;
/** Small words inside the names of persons. */
const PARTICLE =
  /^(?:van|von|vom|zu|zur|de|del|della|dello|di|da|do|dos|das|du|des|der|den|ter|ten|la|le|el|al|bin|ibn|ben|bint|abu|y|e|af|av|d|l|mc|st|san|ul|ur|os)$/iu;
const RANKS =
  /^(?:(?:staff|senior|special|foreign|political|defen[cs]e|chief)\s)?(?:writer|correspondent|editor|reporter|rechtsanwalt|rechtsanwältin|pfarrer(?:in)?|redakteur(?:in)?|reporterin|journalist(?:in)?|muhabir)\s+(?=\p{Lu}\S*\s+\p{Lu})|^(?:本报|本刊)?(?:记者|記者|通讯员|通訊員)\s*(?=\p{Script=Han})/iu;

/** The persons that a byline names, without "By", roles and addresses; organisations and offices are left out. Degrees stay with the name, as printed. */
export function readByline(source: string, siteNames: readonly string[], trust: Trust = 'worded'): string[] {
  let text = tidy(source.replace(/\n/g, ' | ')).slice(0, MAX_CHARS);
  if (isAddress(text)) return [];
  text = text.replace(/https?:\/\/\S+|\S+@\S+\.\S+|\(\s*@\w+\s*\)|(?<=\s)@\w+/g, ' ').trim();
  for (const pattern of DATES) text = text.replace(pattern, ' | ');
  text = text.replace(OTHERS, '').trim();
  const by = /(?:^|[\s|])(?:[Bb]y|BY|[Vv]on|[Pp]ar|[Pp]or)[: ]\s*(?=\p{Lu})/u.exec(text);
  if (by && by.index < 60) text = text.slice(by.index + by[0].length);
  const found: string[] = [];
  text = text.replace(WEEKDAY, '').replace(/\s+(?:on|at|in|am|um|vom|le|el|em|den)\s*(?=\||$)/gu, ' ');
  for (const part of text.split(SEPARATOR).slice(0, 12)) {
    const bare = withoutLabel(part).replace(ROLE_AFTER, '$1').replace(TAIL, '');
    // An office is not split: the second half of its name would pass for a person.
    const first = bare.split(/\s*,\s*/)[0] ?? '';
    if (isOffice(first) && !AND.test(first)) continue;
    const pieces = bare.split(AND);
    // "Health & Science" is a section, not two persons.
    if (trust !== 'stated' && pieces.length > 1 && pieces.every((piece) => !/\s/.test(piece))) continue;
    for (const piece of pieces) {
      const { names, ended } = splitCommas(piece);
      for (const each of names) {
        const name = nameIn(each, siteNames, trust);
        // A pen name stands alone; amid prose a word in lower case is none.
        if (name && trust === 'marked' && /^\p{Ll}\S*$/u.test(name) && bare.split(/\s+/).length > 2) continue;
        if (name && !found.some((known) => fold(known) === fold(name))) found.push(name);
      }
      if (ended && found.length > 0) break;
    }
    if (isOffice(first) && found.some((name) => !/\s/.test(name))) return [];
    // What follows the first part that holds a name is a role, a date, an outlet.
    if (found.length > 0 && !/;/.test(source)) break;
  }
  return found.slice(0, 12);
}

/** The desk, agency or company that a byline names: an office, or one of the names by which the site is known. Null where it names none. */
export function readDesk(source: string, known: readonly string[]): string | null {
  let text = tidy(source.replace(/\n/g, ' | '))
    .slice(0, MAX_CHARS)
    .replace(/https?:\/\/\S+|\S+@\S+/g, ' ');
  for (const pattern of DATES) text = text.replace(pattern, ' | ');
  const [part = ''] = text.replace(OTHERS, '').trim().split(SEPARATOR);
  const name = withoutLabel(part)
    .replace(/\s*,.*$|\s+(?:(?:on|in|at|am|um|vom)|[-–—])\s*$/iu, '')
    .trim();
  const words = name.split(/\s+/);
  if (name.length < 3 || name.length > 50 || words.length > 6 || /[{}<>=#%$!?…:]/.test(name)) return null;
  if (words.some((word) => NOBODY.has(fold(word)))) return null;
  const bare = fold(name).replaceAll(' ', '');
  const isKnown = known.some((one) => fold(one).replaceAll(' ', '') === bare);
  return isKnown || (isOffice(name) && /^\p{Lu}|^\p{Lo}/u.test(name)) ? name : null;
}

/** Names of accounts and page furniture rather than of desks. */
const NOBODY = new Set(
  'admin adminn administrator webmaster moderator author authors user users guest unknown undefined null none anonymous cookie cookies subscribe follow comment comments kommentar kommentare share shares profile posts about read more view all website homepage email min ago zuletzt posted written bio artikel kategorie category categories tags datum date advertisement anzeige werbung search home menu last shop store updated published copyright login register'.split(
    ' ',
  ),
);

/** A web address, a mail address or an account, but not a login such as "ann.lee". */
function isAddress(text: string): boolean {
  if (/^https?:|^www\.|^@?[\w.-]+@[\w.-]+$|\[at\]|^@\w+$/i.test(text)) return true;
  return /^[\w-]+(?:\.[\w-]+)+$/.test(text) && parse(text).isIcann === true;
}

function withoutLabel(part: string): string {
  let bare = part.trim();
  for (let round = 0; round < 2; round++)
    bare = bare.replace(PREFIX_SIGN, '').replace(PREFIX, '').replace(GLUED, '').replace(RANKS, '');
  return bare.trim();
}

/** "Ann Lee, Bo Chan" is two persons; "Ann Lee, Senior Editor" one with a role, "Ann Lee, PhD" one with a degree; "Lee, Ann" one turned round. `ended`: a role came, and what follows belongs to it. */
function splitCommas(text: string): { names: string[]; ended: boolean } {
  const parts = text.split(/\s*[,、،]\s*/).filter((part) => part !== '');
  const [first, second] = parts;
  const oneWord = (part: string): boolean => /^\p{Lu}[\p{L}'’-]+$/u.test(part);
  if (parts.length === 2 && first && second && oneWord(first) && /^\p{Lu}/u.test(second) && !DEGREES.test(second))
    return { names: [`${second} ${first}`], ended: false };
  const names: string[] = [];
  for (const part of parts) {
    const last = names[names.length - 1];
    if (last !== undefined && DEGREES.test(part)) names[names.length - 1] = `${last}, ${part}`;
    else if (last === undefined || (/\s/.test(part) && isCapitalised(part) && !ROLE.test(part))) names.push(part);
    else return { names, ended: true };
  }
  return { names, ended: false };
}

/** Whether each word but the particles begins with a capital, or with a letter of a script that has none. */
export function isCapitalised(text: string): boolean {
  return text
    .split(/\s+/)
    .every((word) => /^["'“„(]?(?:\p{Lu}|\p{Lo}|\p{Lt})/u.test(word) || PARTICLE.test(word.replace(/['’].*$/, '')));
}

/** Words that are family names too. */
const SURNAMES = new Set(['guest', 'read', 'last', 'home']);

function isOffice(text: string): boolean {
  const words = fold(text).split(' ');
  return words.some(
    (word, index) =>
      (OFFICES.has(word) && !(words.length === 2 && index === 1 && SURNAMES.has(word))) ||
      (word.length > 6 && OFFICE_ENDING.test(word)),
  );
}

const DAY =
  /^(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|mon|tues?|wed|thu(?:rs)?|fri|sat|sun|(?:mon|tues|wednes|thurs|fri|satur|sun)day|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)\b\.?(?:,?\s\d.*)?$/iu;

function nameIn(text: string, siteNames: readonly string[], trust: Trust): string | null {
  const name = text
    .replace(/^[\s"'“”„«»()[\]*:.,/-]+|[\s"'“”„«»[\]*:,/-]+$/gu, '')
    .replace(/\s*\([^()]{0,80}\)\s*$|^[()]+|(?<!\(.*)\)$/g, '')
    .replace(/(?<=(?:^|\s)(?!(?:Jr|Sr|St)\.)\p{L}{2,})\.$/u, '')
    .trim();
  const words = name.split(/\s+/);
  if (name.length < 2 || name.length > 60 || words.length > 6) return null;
  if (/[{}<>=#%$€!?…:]/.test(name) || !/\p{L}{2}/u.test(name)) return null;
  if (isOffice(name) || (words.length > 1 && ROLE.test(name.replace(/,.*$/, '')))) return null;
  if (/^(?:the|die|das|le|les|il|a|an|our|unser|eine?)\s/iu.test(name) || DAY.test(name)) return null;
  const folded = fold(name).replaceAll(' ', '');
  if (words.length === 1) {
    if (
      /^\d|\d{5}/.test(name) ||
      (trust !== 'stated' && !/\p{L}{3}/u.test(name)) ||
      (trust === 'worded' && (/\d/.test(name) || /^\p{Ll}/u.test(name)))
    )
      return null;
    if (trust !== 'stated' && monthOf(plain(name), null) !== null) return null;
    return siteNames.some(
      (site) => fold(site).replaceAll(' ', '') === folded || fold(site).startsWith(`${fold(name)} `),
    )
      ? null
      : name;
  }
  if (/\d/.test(name.replace(/,.*$/, '')) && !/^\p{Lu}\S*\s\d+$/u.test(name)) return null;
  const lower = words.every((word) => /^\p{Ll}/u.test(word));
  if (!isCapitalised(name.replace(/,.*$/, '')) && !(trust === 'stated' && lower)) return null;
  if (trust !== 'stated' && siteNames.some((site) => fold(site).replaceAll(' ', '') === folded)) return null;
  return name;
}
