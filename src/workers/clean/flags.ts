import type { PageFlags } from '../../shared/model/article.js';
import type { Measured } from './features.js';
import type { LinkedData } from './jsonld.js';
import { meta } from './title.js';

const SHORT_WORDS = 50;
const ERROR =
  /^(?:error )?(?:404|403|410|500|502|503)\b|page not found|not found$|seite (?:wurde )?nicht gefunden|page introuvable|p[aá]gina no encontrada|página não encontrada|pagina non trovata|sayfa bulunamad[ıi]|страница не найдена|сторінку не знайдено|strona nie (?:została )?znaleziona|access denied|forbidden|just a moment|attention required|are you (?:a )?(?:human|robot)|bad gateway|service unavailable/i;
const PAYWALL =
  /subscribe to (?:continue|read|unlock)|subscribers? only|for subscribers|already a subscriber|to continue reading|continue reading (?:this|with)|unlock this article|become a (?:member|subscriber) to|register to (?:read|continue)|weiterlesen mit|mit .{1,20}plus.{1,20}lesen|jetzt abonnieren und weiterlesen|nur für abonnenten|réservé aux abonnés|il vous reste .{1,20} à (?:lire|découvrir)|solo para suscriptores|suscr[ií]bete para (?:leer|seguir)|riservato agli abbonati|только для подписчиков|только по подписке|abonelere özel|dla subskrybentów/i;
const CONSENT =
  /consent|cookie|datenschutz|gdpr|vor dem fortfahren|before you continue|privacy (?:choices|settings)|wir und unsere partner|we and our partners/i;
const CUT = /(?:\.\.\.|…|\[…\]|\[\.\.\.\])\s*$/;

/** Which kind of page this is, so far as that keeps it from being a whole article. */
export function findFlags(
  measured: Measured,
  data: LinkedData,
  found: { title: string | null; text: string; wordCount: number },
): PageFlags {
  const { page } = measured;
  const { text, wordCount } = found;
  const title = found.title ?? page.documentTitle;
  const around = page.segments.filter((segment) => segment.text.length < 400).map((segment) => segment.text);
  const tooShort = wordCount < SHORT_WORDS;
  const paywall =
    data.free === false || meta(page, 'article:content_tier') === 'locked' || around.some((part) => PAYWALL.test(part));
  const consentWords = around.filter((part) => CONSENT.test(part)).length;
  return {
    noText: wordCount === 0,
    tooShort,
    truncated: page.truncated || (paywall && (tooShort || CUT.test(text))),
    paywall,
    consentPage: tooShort && (CONSENT.test(title) || (page.segments.length < 40 && consentWords >= 2)),
    listingPage: isListing(measured, data, text),
    errorPage: ERROR.test(title) && wordCount < 250,
  };
}

/** Many headings that are links, little text of its own. */
function isListing(measured: Measured, data: LinkedData, text: string): boolean {
  const { page } = measured;
  if (data.article || /article/i.test(meta(page, 'og:type') ?? '')) return false;
  const linked = page.segments.filter(
    (segment) => /^h[1-6]$/.test(page.tags[segment.node] ?? '') && segment.linkChars * 2 > segment.text.length,
  );
  const ownText = text.length;
  if (data.listing && linked.length > 5) return true;
  return linked.length >= 10 && ownText < linked.length * 250;
}
