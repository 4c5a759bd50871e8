import type { CleanArticle } from '../../shared/model/article.js';
import type { InText } from './blocks.js';
import { findBody } from './body.js';
import { count } from './characters.js';
import { measure } from './features.js';
import { findFlags } from './flags.js';
import { readLinkedData } from './jsonld.js';
import { knowledgeOf, siteNamesOf } from './knowledge.js';
import { findLanguage } from './language.js';
import { findMetadata } from './metadata.js';
import type { Page, Segment } from './page.js';
import { findTitle } from './title.js';
import { readPage } from './tokens.js';

/** Characters of text that make no article. */
const LITTLE = 200;
const WRAPPED = /<noscript|<template|type=["']?text\/[\w-]*(?:template|tmpl|html)/i;
const USUAL: InText = { captions: false, datelines: true, embeds: true };

interface Options {
  explain?: boolean;
  inText?: InText;
}

/**
 * The article of a page, from its decoded markup and the address it came from. Never throws; time and memory grow
 * linearly with the markup up to the limits of `limits.ts`. `inText` says what else enters `text`; `explain` adds
 * why each segment was kept or dropped.
 */
export function cleanPage(html: string, url: string | null, options: Options = {}): CleanArticle {
  const inOpen = findArticle(html, url, options, false);
  // Where next to nothing is shown, what a script would show may still be on the page.
  const wrapped = inOpen.body.text.length < LITTLE && WRAPPED.test(html);
  const found = wrapped ? fuller(inOpen, findArticle(html, url, options, true)) : inOpen;
  const { page, data, siteNames, title, measured, body } = found;
  const language = findLanguage(page, data, `${title ?? ''}\n${body.text}`);
  const metadata = findMetadata(measured, data, body, { url, siteNames, title, language });
  return {
    title,
    ...metadata,
    language,
    blocks: body.blocks,
    text: body.text,
    wordCount: body.words,
    flags: findFlags(measured, data, { title, body }),
    ...(body.explain ? { explain: body.explain } : {}),
  };
}

function findArticle(html: string, url: string | null, { explain = false, inText = USUAL }: Options, wrapped: boolean) {
  const page = readPage(html, wrapped);
  const whole = () => articleIn(page, url, { explain, inText });
  if (!page.segments.some(isFlood)) return whole();
  // Beside a flood of characters all else looks small: it is taken only where nothing else is an article.
  const drained = articleIn({ ...page, segments: page.segments.map(drain) }, url, { explain, inText });
  return drained.body.text.length < LITTLE ? whole() : drained;
}

/** No paragraph has as many characters. */
const FLOOD = 100_000;
const isFlood = ({ text }: Segment): boolean => text.length >= FLOOD;
const drain = (segment: Segment): Segment =>
  isFlood(segment) ? { ...segment, text: '', counts: count(''), linkChars: 0, boldChars: 0, links: 0 } : segment;

function articleIn(page: Page, url: string | null, { explain, inText }: Required<Options>) {
  const data = readLinkedData(page.jsonLd);
  const siteNames = siteNamesOf(page, data, url);
  const title = findTitle(page, data, siteNames);
  const measured = measure(page, knowledgeOf(page, data, title));
  const body = findBody(measured, data, { explain, inText });
  return { page, data, siteNames, title, measured, body };
}

type Found = ReturnType<typeof findArticle>;

/** Three times the text: a hint to switch scripts on is not an article. */
const fuller = (plain: Found, wrapped: Found): Found =>
  wrapped.body.text.length > Math.max(3 * plain.body.text.length, LITTLE) ? wrapped : plain;
