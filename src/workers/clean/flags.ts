import type { PageFlags } from '../../shared/model/article.js';
import type { Body } from './body.js';
import type { Measured } from './features.js';
import type { LinkedData } from './jsonld.js';
import { meta } from './title.js';

const SHORT_WORDS = 50;
const ERROR =
  /^(?:error )?(?:404|403|410|500|502|503)\b|(?:page|file|article|content) (?:was |could )?not (?:be )?found|not found$|seite (?:wurde |konnte )?nicht gefunden|page (?:introuvable|non trouvée)|p[aá]gina no (?:encontrada|existe)|página não encontrada|pagina non trovata|pagina niet gevonden|sidan (?:kunde inte )?hitta|siden (?:blev |ble )?(?:ikke fun|findes ikke|finnes ikke)|sivua ei löyt|sayfa bulunamad[ıi]|səhifə tapılmadı|страница не найдена|сторінку не знайдено|страницата не е намерена|strona nie (?:została )?znaleziona|stránk[au] (?:ne|nebyla )nalezena|stranica nije (?:pronađena|nađena)|az oldal nem található|pagina nu (?:a fost găsită|există)|η σελίδα δεν βρέθηκε|الصفحة غير موجودة|صفحه (?:مورد نظر )?(?:یافت|پیدا) نشد|הדף לא נמצא|页面(?:不存在|未找到)|找不到(?:页面|頁面)|ページが見つかりません|페이지를 찾을 수 없|halaman tidak ditemukan|không tìm thấy trang|access denied|forbidden|just a moment|attention required|pardon our interruption|security check|verify (?:that )?you are human|are you (?:a )?(?:human|robot)|bad gateway|service unavailable|internal server error/i;
const PAYWALL =
  /subscribe to (?:continue|read|unlock|keep reading)|subscribers? only|(?:exclusively |only )for subscribers|already a subscriber|(?<!scroll )to continue reading|continue reading (?:this|with)|unlock this article|become a (?:member|subscriber) to|(?:register|sign in|log in) to (?:read|continue)|weiterlesen mit|mit .{1,20}plus.{1,20}lesen|jetzt abonnieren und weiterlesen|nur für abonnenten|réservée? (?:à nos|aux) abonnés|abonnez-vous pour (?:lire|continuer)|il vous reste .{1,20} à (?:lire|découvrir)|(?:solo|exclusivo) para suscriptores|suscr[ií]bete para (?:leer|seguir|continuar)|exclusivo para assinantes|riservato agli abbonati|abbonati per (?:leggere|continuare)|alleen voor abonnees|endast för prenumeranter|för prenumeranter|kun for abonnenter|vain tilaajille|только для подписчиков|только по подписке|лише для передплатників|abonelere özel|dla subskrybentów|pouze pro předplatitele|csak előfizetőknek|للمشتركين فقط|有料会員限定|会員限定記事|구독자 전용|仅限订阅/i;
const CONSENT =
  /consent|cookie|datenschutz|gdpr|rgpd|vor dem fortfahren|before you continue|privacy (?:choices|settings)|wir und unsere partner|we and our partners|nous et nos partenaires|nosotros y nuestros socios|noi e i nostri partner|çerez|файлы cookie|файли cookie/i;
const CUT = /(?:\.\.\.|…|\[…\]|\[\.\.\.\])\s*$/;

/** Segments about the body in which a barrier to reading on is looked for; in menus and footers the same words are offers. */
const BEFORE = 3;
const AFTER = 12;

/** Which kind of page this is, so far as that keeps it from being a whole article. */
export function findFlags(
  measured: Measured,
  data: LinkedData,
  found: { title: string | null; body: Body },
): PageFlags {
  const { page } = measured;
  const { body } = found;
  const wordCount = body.words;
  const title = found.title ?? page.documentTitle;
  const near =
    body.first < 0 ? page.segments : page.segments.slice(Math.max(0, body.first - BEFORE), body.last + AFTER);
  const barrier = near.findIndex(({ text }) => text.length < 300 && PAYWALL.test(text));
  const tooShort = wordCount < SHORT_WORDS;
  const paywall = data.free === false || meta(page, 'article:content_tier') === 'locked' || barrier >= 0;
  const speaksOfConsent = (): boolean =>
    page.segments.length < 40 &&
    page.segments.filter(({ text }) => text.length < 400 && CONSENT.test(text)).length >= 2;
  return {
    noText: wordCount === 0,
    tooShort,
    truncated:
      page.truncated || (paywall && (tooShort || CUT.test(body.text) || CUT.test(near[barrier - 1]?.text ?? ''))),
    paywall,
    consentPage: tooShort && (CONSENT.test(title) || speaksOfConsent()),
    listingPage: isListing(measured, data, body),
    errorPage: (ERROR.test(title) || ERROR.test(page.documentTitle)) && wordCount < 250,
  };
}

/** Many headings that are links, and most of them amid what would be the text. */
function isListing({ page }: Measured, data: LinkedData, body: Body): boolean {
  if (data.article || /article/i.test(meta(page, 'og:type') ?? '')) return false;
  const linked: number[] = [];
  page.segments.forEach(({ node, text, linkChars }, index) => {
    if (/^h[1-6]$/.test(page.tags[node] ?? '') && linkChars * 2 > text.length) linked.push(index);
  });
  if (data.listing && linked.length > 5) return true;
  const amid =
    body.text.length < 400 ? linked.length : linked.filter((index) => index >= body.first && index <= body.last).length;
  return linked.length >= 10 && amid * 2 >= linked.length && body.text.length < linked.length * 250;
}
