import { z } from 'zod';

export const BlockKind = z.enum(['paragraph', 'heading', 'list', 'quote', 'table', 'caption', 'dateline', 'embed']);

/** One block of the article's body, in reading order. Text is NFC with single spaces; lists and tables keep line breaks. */
export const Block = z.object({ kind: BlockKind, text: z.string() });

/** A judgement of a piece of the page: how likely it belongs to the article, and the features that moved that most. */
export const Look = z.object({
  probability: z.number(),
  weights: z.array(z.object({ feature: z.string(), logOdds: z.number() })),
});

/** Why a piece of the page was kept or dropped; only made when asked for. */
export const BlockReason = z.object({
  text: z.string(),
  kind: BlockKind,
  kept: z.boolean(),
  /**
   * What decided: its probability; that it is a caption, a dateline or a post amid the article; that it is a link among links or in a <nav>;
   * that too little was likely, so less likely pieces were taken; that the page's own data gave the article.
   */
  because: z.enum(['probability', 'companion', 'menu', 'fallback', 'page data']),
  /** The piece by itself, then with what was thought of its neighbours; null for menus, which are not looked at. */
  alone: Look.nullable(),
  amongOthers: Look.nullable(),
});

export const PageFlags = z.object({
  noText: z.boolean(),
  tooShort: z.boolean(),
  truncated: z.boolean(),
  paywall: z.boolean(),
  consentPage: z.boolean(),
  listingPage: z.boolean(),
  errorPage: z.boolean(),
});

/** What `clean` makes of a page. `text` is the body blocks joined by blank lines; every offset elsewhere refers to it. */
export const CleanArticle = z.object({
  title: z.string().nullable(),
  /** Persons, without "By", roles and addresses; where the page names none, the desk or agency that it prints in their place. */
  byline: z.array(z.string()),
  /** ISO 8601, cut to `publishedPrecision`; with the zone where the page gives one. */
  publishedAt: z.string().nullable(),
  publishedPrecision: z.enum(['second', 'minute', 'day', 'month', 'year', 'unknown']),
  modifiedAt: z.string().nullable(),
  /** BCP 47 primary language, `und` when it cannot be told. */
  language: z.string(),
  canonicalUrl: z.string().nullable(),
  siteName: z.string().nullable(),
  section: z.string().nullable(),
  description: z.string().nullable(),
  leadImage: z.object({ url: z.string(), caption: z.string().nullable() }).nullable(),
  blocks: z.array(Block),
  text: z.string(),
  wordCount: z.number().int().nonnegative(),
  flags: PageFlags,
  explain: z.array(BlockReason).optional(),
});

export type BlockKind = z.infer<typeof BlockKind>;
export type Block = z.infer<typeof Block>;
export type Look = z.infer<typeof Look>;
export type BlockReason = z.infer<typeof BlockReason>;
export type PageFlags = z.infer<typeof PageFlags>;
export type CleanArticle = z.infer<typeof CleanArticle>;

/** What `classify` and `extract` read: a text and what is known of it. Offsets refer to `text` as given. */
export const ArticleText = z.object({
  title: z.string(),
  text: z.string(),
  /** ISO date of publication, to the day or finer; null when unknown. */
  date: z.string().nullable(),
  language: z.string().nullable(),
  outlet: z.string().nullable(),
  /** ISO 3166-1 alpha-3 of the outlet's country, for "our minister" and the like. */
  outletCountry: z.string().nullable(),
});
export type ArticleText = z.infer<typeof ArticleText>;
