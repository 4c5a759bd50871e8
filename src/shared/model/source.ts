import { compile } from 'css-select';
import { z } from 'zod';

/** How an entry of a source is told from the others, where the rules for all feeds do not fit this one. */
export const IdentityRule = z.enum(['guid', 'link', 'guid+link', 'title']);

/** Which links of a listing page lead to articles: inside a CSS selector, of an address that a pattern matches, or both. */
export const LinkChoice = z.strictObject({
  selector: z
    .string()
    .min(1)
    .refine((text) => isSelector(text), 'not a CSS selector')
    .optional(),
  pattern: z
    .string()
    .min(1)
    .refine((text) => isPattern(text), 'not a regular expression')
    .optional(),
});

/** A source as an operator states it, in the YAML or by command. */
export const Source = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,79}$/, 'lower-case letters, digits and hyphens'),
    url: z.url({ protocol: /^https?$/ }),
    outlet: z.string().min(1),
    country: z.string().regex(/^[A-Z]{3}$/, 'ISO 3166-1 alpha-3, or INT'),
    language: z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]+)*$/, 'a BCP 47 language such as en'),
    enabled: z.boolean().default(true),
    /** A feed, a news sitemap (or an index of them), or a page that lists articles. */
    kind: z.enum(['feed', 'sitemap', 'page']).default('feed'),
    links: LinkChoice.nullable().default(null),
    identity: IdentityRule.nullable().default(null),
    /** Send ETag and Last-Modified back; off for a server that answers 304 although something changed. */
    conditional: z.boolean().default(true),
    /** Seconds between polls, always the same, a year at the most; null: as the source publishes. */
    intervalSeconds: z.int().min(1).max(31_536_000).nullable().default(null),
  })
  .refine(({ kind, links }) => kind !== 'page' || links?.selector || links?.pattern, {
    path: ['links'],
    message: 'a page needs links.selector or links.pattern',
  });

function isSelector(text: string): boolean {
  try {
    return typeof compile(text) === 'function';
  } catch {
    return false;
  }
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}

export type IdentityRule = z.infer<typeof IdentityRule>;
export type LinkChoice = z.infer<typeof LinkChoice>;
export type Source = z.infer<typeof Source>;
/** With what may be left out left out. */
export type SourceInput = z.input<typeof Source>;
