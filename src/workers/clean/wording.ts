/** What pages say around articles, in alphabets with and without Latin letters. */
const BOILERPLATE =
  /cookie|copyright|all rights reserved|subscribe|newsletter|sign up|log ?in\b|read more|click here|follow us|share this|advertisement|sponsored|related (?:articles|posts|stories|news)|you (?:may|might) also|leave a (?:comment|reply)|privacy policy|terms of (?:use|service)|your email|min read|photo (?:by|credit)|image (?:credit|source)|getty images|originally (?:published|appeared)|learn more|download (?:the|our|now)|get started|back to top|filed under|about the author|written by|last updated|table of contents|kommentar|anmelden|abonnieren|weiterlesen|lesen sie auch|mehr zum thema|datenschutz|alle rechte|werbung|anzeige|teilen|quelle:|foto:|bild:|lire aussi|partager|s'abonner|tous droits|abonnez|publicité|suscr[ií]b|lea tambi[eé]n|lee tambi[eé]n|compartir|derechos reservados|publicidad|leia (?:tamb[eé]m|mais)|compartilh|assine|direitos reservados|leggi anche|condividi|iscriviti|tutti i diritti|abone ol|ilgili haber|payla[sş]|haklar[ıi] sakl[ıi]d[ıi]r|czytaj (?:także|też|więcej)|udostępnij|wszelkie prawa|lees (?:ook|meer)|läs (?:också|mer)|les også|læs også|lue myös|loe ka\b|lasi arī|skaitykite|čtěte také|přečtěte si|prečítajte si|pročitajte (?:i|još|više)|citește (?:și|mai)|citeşte|kapcsolódó|baca juga|selengkapnya|xem thêm|đọc thêm/i;
const BOILERPLATE_ELSEWHERE =
  /читайте (?:также|також)|подписывайтесь|підписуйтес|поделиться|поділитися|все права|всі права|прочетете още|прочитајте|διαβάστε (?:επίσης|ακόμη|περισσότερα)|ακολουθήστε|κοινοποίηση|اقرأ (?:أيضا|المزيد)|شارك|جميع الحقوق|تابعنا|بیشتر بخوانید|مزید پڑھیں|קראו (?:גם|עוד)|כל הזכויות|यह भी पढ़ें|ये भी पढ़ें|और पढ़ें|আরও পড়ুন|อ่านเพิ่มเติม|อ่านข่าว|相关(?:阅读|新闻|文章)|相關(?:閱讀|新聞|文章)|延伸閱讀|责任编辑|責任編輯|分享到|版权所有|版權所有|関連記事|続きを読む|あわせて読みたい|無断転載|관련\s?기사|무단\s?전재|구독/i;
const NOT_LATIN = /[\u0370-\u1fff\u3040-\ud7ff]/;
export const isBoilerplate = (text: string): boolean =>
  BOILERPLATE.test(text) || (NOT_LATIN.test(text) && BOILERPLATE_ELSEWHERE.test(text));

/** A date or an hour, in figures. */
export const DATE = /\b(?:19|20)\d\d\b.{0,12}\b\d{1,2}\b|\b\d{1,2}\b.{0,14}\b(?:19|20)\d\d\b|\b\d{1,2}:\d\d\b/;
