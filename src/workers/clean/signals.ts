/** What class, id, role and itemprop words say of an element; one bit each, ascending. Words of the web, in the languages it is written in. */
export const Signal = {
  body: 1,
  comment: 2,
  share: 4,
  related: 8,
  sidebar: 16,
  menu: 32,
  footer: 64,
  ad: 128,
  newsletter: 256,
  author: 512,
  meta: 1024,
  caption: 2048,
  consent: 4096,
  dialog: 8192,
  login: 16384,
  contents: 32768,
  teaser: 65536,
  header: 131072,
  content: 262144,
  hidden: 524288,
  quote: 1048576,
  lead: 2097152,
  embed: 4194304,
  title: 8388608,
} as const;
export type SignalName = keyof typeof Signal;

const PATTERNS: [SignalName, RegExp][] = [
  [
    'body',
    /article-?_?tekst|tekst-?(?:artykulu|vesti|statii)|(?:vest|novost|statya|clanek|artykul|artigo|materia|noticia|nota|berita|haber|yazi|makale|uutinen|nyhet|artikkel|tin)-?_?(?:body|text|tekst|content|texto|detail|isi|konten|metni|detay)|brodtext|br-?dtekst|texto-?(?:noticia|nota|artigo)|corpo-?(?:noticia|texto)|conteudo|contenuto|isi-?berita|noi-?dung|chi-?tiet|leipateksti|tresc|szoveg|telo-?(?:stranky|clanku)|article-?_?(?:body|text|content|detail)|(?:post|entry|story|news|page|single|detail|item|blog|td-post)-?_?(?:body|content|text|full)|(?:body|content|text)-?_?(?:article|post|story|entry|news)|articlebody|storytext|maincontent-?text|rich-?text|wysiwyg|field--?name-?(?:field-)?body|artikel-?(?:text|inhalt)|cuerpo|corps|testo|haber-?(?:metni|detay|icerik)|icerik|news-?detail/,
  ],
  [
    'content',
    /tekst|konten|zawartosc|obsah|vsebina|sadrzaj|innehall|innhold|indhold|sisalto|tartalom|continut|artigo|materia\b|novost|statya|berita|makale|content|main|article|\bpost\b|entry|story|hentry|artikel|noticia|haber|inhalt|contenido|contenu/,
  ],
  [
    'comment',
    /komentar|komment|kommentit|yorumlar|binh-?luan|reacties|comment|disqus|discuss|\brespond|reply|replies|kommentar|leserbrief|coment|yorum|forum|livefyre|reactions|remark/,
  ],
  [
    'share',
    /compart|condivid|udostepnij|podel|delen\b|jaa-|dela\b|sdilet|zdielaj|chia-?se|share|sharing|social|follow|facebook|twitter|whatsapp|addthis|addtoany|teilen|partage|sosyal|paylas|jp-relatedposts-share|bookmark/,
  ],
  [
    'related',
    /baca-?juga|leia-?(?:mais|tambem)|lire-?aussi|leggi-?anche|lees-?(?:ook|meer)|czytaj|powiazane|souvisejici|suvisiace|povezane|vezani|slican|relaterad|relatert|kapcsolodo|tin-?lien-?quan|terkait|pohozhie|mas-?(?:leid|noticias|vist)|piu-?letti|lo-?mas|najcitanij|najnovije|najnowsze|populer|populyar|related|recommend|recirc|read-?more|readnext|also-?(?:like|read)|more-?(?:from|on|news|stories|posts|articles)|similar|suggest|outbrain|taboola|popular|trending|most-?(?:read|viewed)|latest|recent|verwandt|weitere|empfehl|relacionad|ilgili|benzer|onerilen|similaires|correlat|next-?post|prev|post-?nav|pagination|pager|carousel|slider|swiper|further|mehr-?zum|lesen-?sie|aehnlich/,
  ],
  [
    'sidebar',
    /side-?_?bar|\bside\b|(?<!elementor-)widget|rail\b|right-?col|left-?col|aside|complementary|secondary|seitenleiste|randspalte|marginal/,
  ],
  [
    'menu',
    /menu|\bnav|navigation|breadcrumb|crumb|toolbar|tabs?\b|skip-?(?:to|link)|navbar|dropdown|submenu|sitemap|masthead|topbar/,
  ],
  ['footer', /foot|copyright|legal|disclaimer|colophon|imprint|impressum|contentinfo|bottom/],
  [
    'ad',
    /iklan|reklama?\b|annonse?\b|mainos|inzerce|hirdetes|publi\b|dfp|adsense|adslot|google-?ad|\bads?\b|\bad[-_]|[-_]ads?\b|advert|sponsor|promo|banner|anzeige|werbung|reklam|publicid|publicit|pubblicita|affiliate|\bcta\b|call-?to-?action|upsell|donat|spenden|merch|shop|product|price|offer/,
  ],
  [
    'newsletter',
    /iscriviti|prenumer|nieuwsbrief|nyhetsbrev|boletin|bulten|hirlevel|newsletter|subscri|sign-?up|signup|mailing|opt-?in|optin|abonn|mailchimp|hs-?form|email-?form|lead-?magnet|convertkit/,
  ],
  [
    'author',
    /penulis|tac-?gia|redaktor|szerzo|kirjoittaja|forfatter|yazan|reporter|journalist|author|byline|\bbio\b|writer|about-?(?:the-)?author|autor|auteur|contributor|vcard|profile|avatar|yazar|expert|team/,
  ],
  [
    'meta',
    /meta|date|time(?!line)|publish|posted|tags?\b|taglist|category|categories|kategorie|topic|label|read(?:ing)?-?time|utility|info\b|eyebrow|kicker|views?\b|rating|stats|print|schlagw/,
  ],
  [
    'caption',
    /podpis|popisek|kepalairas|bildtext|billedtekst|didascalia|pie-?(?:de-?)?foto|legenda|altyazi|imgcap|photo-?desc|caption|credit|legend|bildunter|bildquelle|photo-?(?:by|info)|image-?(?:text|info|source)|copyright|fotograf|wp-caption/,
  ],
  ['consent', /cookie|consent|gdpr|dsgvo|cmp\b|onetrust|cmplz|borlabs|ccpa|privacy|datenschutz/],
  ['dialog', /modal|popup|pop-up|overlay|lightbox|dialog|toast|alert|notification|drawer|offcanvas|tooltip/],
  ['login', /login|log-in|sign-?in|register|paywall|metered|premium|account|member|regwall|piano/],
  [
    'contents',
    /\btoc\b|table-?of-?contents|tableofcontents|ez-toc|contents-?(?:list|nav)|inhaltsverzeichnis|lwptoc|jump-?(?:to|link)|anchor-?(?:nav|list)|on-?this-?page|in-?this-?article/,
  ],
  [
    'teaser',
    /teaser|\bcard|thumb|tile|grid|feed|listing|archive|loop|collection|gallery|list-?item|post-?list|excerpt/,
  ],
  ['header', /header|\bhead\b|hero|\btop\b|page-?title|logo|site-?(?:title|name|branding)/],
  ['hidden', /hidden|screen-?reader|sr-?only|visually|no-?display|d-none|noprint|invisible|assistive/],
  [
    'quote',
    /quote|zitat|citation|highlight|callout|key-?(?:takeaways|points)|summary|box|infobox|factbox|note\b|tip\b/,
  ],
  [
    'lead',
    /lead\b|lede|intro|standfirst|abstract|deck\b|dek\b|subtitle|sub-?head|sub-?title|vorspann|chapo|bajada|spot\b|summary|description|excerpt/,
  ],
  ['embed', /tweet|twitter-?(?:tweet|embed)|instagram|tiktok|embed|youtube|video|player|audio|podcast/],
  ['title', /title|headline|\bname\b|heading|titel|titre|titulo|baslik/],
];

/** What names the author or the date of an article in the markup: wider than the signals, which weigh blocks. */
const AUTHOR_MARK = /\b(?:by-?line|authors?|auteur|autor|autore|yazar|writer|journalist)|author|byline/;
const DATE_MARK =
  /date|time(?!line)|publish|posted|pubdate|datum|fecha|tarih|timestamp|\bpost-?meta|entry-?meta|dateline/;
const AUTHOR_BIT = 1 << 24;
const DATE_BIT = 1 << 25;
const SIGNAL_BITS = AUTHOR_BIT - 1;

/** Any of the words at all: most class names hold none. */
const ANY = new RegExp(
  [...PATTERNS.map(([, pattern]) => pattern), AUTHOR_MARK, DATE_MARK].map((p) => p.source).join('|'),
);

/** Class words of some hundred sites. */
const MAX_KNOWN = 60_000;
/** What was read before, whole and by the word: classes recur from page to page. A memory only: it changes no answer. */
const known = { hints: new Map<string, number>(), names: new Map<string, number>() };

function remember(memory: Map<string, number>, text: string, bits: number): number {
  if (memory.size >= MAX_KNOWN) memory.clear();
  memory.set(text, bits);
  return bits;
}

/** The signals in one class/id string, as a bit set. */
export const signalsOf = (hint: string): number => bitsOf(hint) & SIGNAL_BITS;

/** Whether a class/id string speaks of an author or of a date. */
export function markOf(hint: string): 'author' | 'date' | null {
  const bits = bitsOf(hint);
  return bits & AUTHOR_BIT ? 'author' : bits & DATE_BIT ? 'date' : null;
}

function bitsOf(hint: string): number {
  const seen = known.hints.get(hint);
  if (seen !== undefined) return seen;
  let bits = 0;
  for (const part of hint.split(' ')) {
    if (part.length < 2) continue;
    // Numbers in names (post-4711) say nothing and would fill the memory.
    const name = /\d/.test(part) ? part.replace(/\d+/g, '0') : part;
    bits |= known.names.get(name) ?? remember(known.names, name, bitsOfName(name));
  }
  return remember(known.hints, hint, bits);
}

function bitsOfName(name: string): number {
  if (!ANY.test(name)) return 0;
  let bits = 0;
  for (const [signal, pattern] of PATTERNS) if (pattern.test(name)) bits |= Signal[signal];
  if (AUTHOR_MARK.test(name)) bits |= AUTHOR_BIT;
  if (DATE_MARK.test(name)) bits |= DATE_BIT;
  return bits;
}
