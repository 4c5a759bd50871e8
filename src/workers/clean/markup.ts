/** Bounds that no real article meets; beyond them a page is read in part and flagged. */
export const LIMITS = {
  /** UTF-16 units of markup, after embedded data is taken out. */
  markup: 12_000_000,
  depth: 400,
  nodes: 400_000,
  segments: 60_000,
  segmentChars: 200_000,
  attributeChars: 8_000,
  jsonLdChars: 2_000_000,
  marks: 300,
} as const;

const OPAQUE = ['script', 'style', 'svg', 'noscript', 'select'] as const;

/**
 * Takes out comments and the bodies of scripts (but JSON-LD), styles, drawings and choices, which are most of a page's bytes: searching
 * for their ends is cheaper than tokenizing them. What does not end is left to the tokenizer.
 */
export function withoutCode(markup: string): string {
  const opening = /<(?:!--|(?:script|style|svg|noscript|select)(?=[\s>]))/gi;
  const closing = new Map<string, RegExp>([...OPAQUE].map((tag) => [tag, new RegExp(`</${tag}[\\s>]`, 'gi')]));
  const parts: string[] = [];
  let from = 0;
  let unclosed = 0;
  for (let found = opening.exec(markup); found; found = opening.exec(markup)) {
    const isComment = found[0] === '<!--';
    const start = isComment ? found.index : markup.indexOf('>', found.index) + 1;
    if (start === 0) break;
    const end = isComment
      ? endOfComment(markup, start)
      : endOf(closing.get(found[0].slice(1).toLowerCase()), markup, start);
    if (end === -1) {
      opening.lastIndex = start;
      if (isComment || ++unclosed > 3) break;
      continue;
    }
    const isData = !isComment && /ld\+json/i.test(markup.slice(found.index, start));
    if (!isData) {
      parts.push(markup.slice(from, start));
      from = end;
    }
    opening.lastIndex = end;
  }
  parts.push(markup.slice(from));
  return parts.join('');
}

function endOfComment(markup: string, start: number): number {
  const end = markup.indexOf('-->', start + 2);
  return end === -1 ? -1 : end + 3;
}

function endOf(pattern: RegExp | undefined, text: string, from: number): number {
  if (!pattern) return -1;
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? -1;
}

/** Takes the bodies of long data: addresses out of large pages, then cuts what is still too long. */
export function withinBounds(markup: string): { html: string; cut: boolean } {
  let html = markup;
  if (markup.length > 1_000_000) {
    const parts: string[] = [];
    let from = 0;
    for (let at = markup.indexOf(';base64,'); at !== -1; at = markup.indexOf(';base64,', from)) {
      const start = at + 8;
      let end = start;
      while (end < markup.length && isBase64(markup.charCodeAt(end))) end++;
      parts.push(markup.slice(from, start));
      from = end;
    }
    parts.push(markup.slice(from));
    html = parts.join('');
  }
  return html.length > LIMITS.markup ? { html: html.slice(0, LIMITS.markup), cut: true } : { html, cut: false };
}

const isBase64 = (c: number): boolean =>
  (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || (c >= 47 && c <= 57) || c === 43 || c === 61 || c === 37;
