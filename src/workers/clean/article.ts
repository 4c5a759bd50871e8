import type { CleanArticle } from '../../shared/model/article.js';
import type { InText } from './blocks.js';
import { findBody } from './body.js';
import { measure } from './features.js';
import { findFlags } from './flags.js';
import { readLinkedData } from './jsonld.js';
import { knowledgeOf, siteNamesOf } from './knowledge.js';
import { findLanguage } from './language.js';
import { findMetadata } from './metadata.js';
import { countWords } from './text.js';
import { findTitle } from './title.js';
import { readPage } from './tokens.js';

const USUAL: InText = { captions: false, datelines: true, embeds: true };

/**
 * The article of a page, from its decoded markup and the address it came from. Never throws; time and memory grow
 * linearly with the markup up to the limits of `limits.ts`. `inText` says what else enters `text`; `explain` adds
 * why each segment was kept or dropped.
 */
export function cleanPage(
  html: string,
  url: string | null,
  options: { explain?: boolean; inText?: InText } = {},
): CleanArticle {
  const page = readPage(html);
  const data = readLinkedData(page.jsonLd);
  const siteNames = siteNamesOf(page, data, url);
  const title = findTitle(page, data, siteNames);
  const measured = measure(page, knowledgeOf(page, data, title));
  const body = findBody(measured, data, { explain: options.explain ?? false, inText: options.inText ?? USUAL });
  const language = findLanguage(page, data, `${title ?? ''}\n${body.text}`);
  const metadata = findMetadata(measured, data, body, { url, siteNames, title, language });
  const wordCount = countWords(body.text);
  return {
    title,
    ...metadata,
    language,
    blocks: body.blocks,
    text: body.text,
    wordCount,
    flags: findFlags(measured, data, { title, body, wordCount }),
    ...(body.explain ? { explain: body.explain } : {}),
  };
}
