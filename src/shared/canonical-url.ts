import { createHash } from 'node:crypto';
import { getDomain } from 'tldts';

/** Parameters that say how a reader came to a page, not which page it is. */
const TRACKING_NAMES = new Set(
  (
    'fbclid gclid gclsrc gbraid wbraid dclid msclkid yclid ysclid twclid ttclid igshid igsh li_fat_id epik mkt_tok ' +
    'mc_cid mc_eid _openstat spm scid s_cid ncid cmpid cmp icid wt_mc wt_zmc wt.mc_id wt.mc_ev vero_id vero_conv ' +
    'oly_anon_id oly_enc_id rb_clickid _hsenc _hsmi __hssc __hstc __hsfp hsctatracking zanpid trk trkcampaign ' +
    'sr_share guccounter guce_referrer guce_referrer_sig at_medium at_campaign at_custom1 at_custom2 at_custom3 ' +
    'at_custom4 ito dm_i _ga _gl srsltid xtor ftag amp amp_js_v usqp outputtype fb_action_ids fb_action_types ' +
    'fb_source fb_ref __twitter_impression tblci cvid ocid smid smtyp feature_share jsessionid phpsessid'
  ).split(' '),
);
const TRACKING_PREFIXES = [
  'utm_',
  'mtm_',
  'matomo_',
  'pk_',
  'piwik_',
  'ga_',
  'hsa_',
  'stm_',
  'vero_',
  'itm_',
  'at_recipient_',
];

/** Parameters that track only with this value: elsewhere the name may tell pages apart. */
const TRACKING_VALUES: ReadonlyMap<string, RegExp> = new Map([
  ['source', /^(?:rss|feed|twitter|facebook|email|newsletter)$/i],
  ['ref', /^(?:rss|feed|twitter|facebook|email|newsletter|home|homepage|hp)$/i],
  ['from', /^(?:rss|feed)$/i],
  ['output', /^amp$/i],
  ['m', /^(?:1|true)$/i],
]);

/** Names of hosts that show the same pages as the bare domain. */
const MIRROR_HOST = /^(?:www\d?|m|mobile|amp)\./;

/** PostgreSQL indexes values of at most about 2,700 bytes. */
const LONGEST_KEY = 512;

/** The canonical URL as a key: itself, or its hash when it is very long. */
export function urlKey(url: string): string {
  const key = canonicalUrl(url);
  return key.length <= LONGEST_KEY ? key : `#${createHash('sha256').update(key).digest('hex')}`;
}

/**
 * The key under which an article is known, from an http(s) address: never to be fetched, only compared. Addresses that
 * differ in scheme, mirror host, AMP, tracking or spelling have one key; what cannot be parsed comes back trimmed.
 */
export function canonicalUrl(url: string): string {
  const trimmed = url.trim();
  if (!URL.canParse(trimmed)) return trimmed;
  const parsed = new URL(trimmed);
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') return parsed.href;
  const original = ofAmpCache(parsed);
  if (original !== null) return canonicalUrl(original);
  // The URL parser has lowered scheme and host, turned IDN into Punycode, resolved dots and dropped its default port.
  const port = parsed.port === '' || parsed.port === '80' || parsed.port === '443' ? '' : `:${parsed.port}`;
  const query = canonicalQuery(parsed.search);
  return `https://${canonicalHost(parsed.hostname)}${port}${canonicalPath(parsed.pathname)}${query === '' ? '' : `?${query}`}`;
}

/** True when two addresses belong to one registrable domain ("bbc.co.uk"), or to one host where there is none. */
export function sameRegistrableDomain(a: string, b: string): boolean {
  if (!URL.canParse(a) || !URL.canParse(b)) return false;
  const [one, other] = [new URL(a).hostname, new URL(b).hostname];
  return (getDomain(one) ?? one) === (getDomain(other) ?? other);
}

/** The address that a copy in an AMP cache was made of: "/c/s/example.org/a" is "https://example.org/a". */
function ofAmpCache({ hostname, pathname, search }: URL): string | null {
  const start = hostname.endsWith('.cdn.ampproject.org')
    ? /^\/[a-z]\/(?:s\/)?/
    : /^www\.google\.[a-z.]{2,6}$/.test(hostname)
      ? /^\/amp\/(?:s\/)?/
      : null;
  if (start === null || !start.test(pathname)) return null;
  const original = `https://${pathname.replace(start, '')}${search}`;
  return URL.canParse(original) && new URL(original).hostname.includes('.') ? original : null;
}

function canonicalHost(hostname: string): string {
  let host = hostname.replace(/\.+$/, '');
  // Twice: www.m.example.org. The registrable domain itself stays whole: m.tv is not tv.
  for (let pass = 0; pass < 2; pass += 1) {
    const shorter = host.replace(MIRROR_HOST, '');
    if (shorter === host || getDomain(shorter) === null || getDomain(shorter) !== getDomain(host)) break;
    host = shorter;
  }
  return host;
}

/** AMP as first or last part of the path goes, the slash at the end and doubled ones too. */
function canonicalPath(pathname: string): string {
  const parts = sameEscapes(pathname.replace(/;jsessionid=[^/;]*/gi, ''))
    .split('/')
    .filter((part) => part !== '');
  const isAmp = (part: string | undefined): boolean => part !== undefined && /^amp(?:\.html)?$/i.test(part);
  if (parts.length > 1 && isAmp(parts.at(-1))) parts.pop();
  if (parts.length > 1 && isAmp(parts[0])) parts.shift();
  const last = parts.at(-1);
  if (last !== undefined)
    parts[parts.length - 1] = last.replace(/\.amp(?:\.html?)?$/i, (ending) => (/html?$/i.test(ending) ? '.html' : ''));
  return `/${parts.join('/')}`;
}

function canonicalQuery(search: string): string {
  const kept: [name: string, value: string][] = [];
  for (const pair of search.slice(1).split('&')) {
    const equals = pair.indexOf('=');
    const name = sameEscapes(equals === -1 ? pair : pair.slice(0, equals));
    const value = equals === -1 ? '' : sameEscapes(pair.slice(equals + 1));
    // `?12345` names a page by itself; `?a=` says nothing.
    if (name === '' || (equals !== -1 && value === '') || isTracking(name, value)) continue;
    kept.push([name, equals === -1 ? name : `${name}=${value}`]);
  }
  // Only names are ordered: the order of one name's values may mean something. Array.sort is stable.
  kept.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return [...new Set(kept.map(([, pair]) => pair))].join('&');
}

function isTracking(name: string, value: string): boolean {
  const lower = name.toLowerCase();
  if (TRACKING_NAMES.has(lower) || TRACKING_PREFIXES.some((prefix) => lower.startsWith(prefix))) return true;
  return TRACKING_VALUES.get(lower)?.test(value) ?? false;
}

/** RFC 3986, 6.2.2: escapes in capitals, none for what needs none, and one for what does; nothing else changes. */
function sameEscapes(text: string): string {
  return text
    .replace(/%[\da-f]{2}/gi, (code) => {
      const character = String.fromCharCode(Number.parseInt(code.slice(1), 16));
      return /[\w.~-]/.test(character) ? character : code.toUpperCase();
    })
    .replace(/[^!-~]|["<>\\^`{|}]/gu, (character) => encodeURIComponent(character))
    .replace(/%(?![\dA-F]{2})/g, '%25');
}
