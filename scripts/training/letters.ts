import { count } from '../../src/workers/clean/characters.js';
import type { Page } from '../../src/workers/clean/page.js';

/** Ways to write a page's text in other letters. */
export const SCRIPTS = ['cyrillic', 'arabic', 'han'] as const;
export type Script = (typeof SCRIPTS)[number];

const FIRST: Record<Script, number> = { cyrillic: 0x430, arabic: 0x628, han: 0x4e00 };
const SIGNS: Record<Script, Record<string, string>> = {
  cyrillic: {},
  arabic: { ',': '،', ';': '؛', '?': '؟' },
  han: { ',': '，', '.': '。', '?': '？', '!': '！', ':': '：', ';': '；' },
};

/**
 * The page with its text in other letters, nonsense but shaped like the original: nearly all labelled pages are in
 * languages of the Latin alphabet, and what is learned must not hang on its words and capitals.
 */
export function inScript(page: Page, script: Script): Page {
  const segments = page.segments.map((segment) => {
    const text = rewrite(segment.text, script);
    const scale = text.length / segment.text.length;
    const { linkChars, boldChars } = segment;
    return { ...segment, text, counts: count(text), linkChars: linkChars * scale, boldChars: boldChars * scale };
  });
  return { ...page, segments };
}

export function rewrite(text: string, script: Script): string {
  const signs = SIGNS[script];
  const words = script === 'han' ? text.replace(/([\p{L}\p{M}]+)[ ]*/gu, (_, word: string) => dense(word)) : text;
  let written = '';
  for (const char of words)
    written += signs[char] ?? (/\p{L}/u.test(char) && char < '\u2000' ? letter(char, script) : char);
  return (script === 'han' ? written.replace(/([。，？！：；]) /gu, '$1') : written) || '一';
}

/** About two signs for a word of five letters. */
const dense = (word: string): string =>
  Array.from({ length: Math.max(1, Math.round(word.length / 2.5)) }, (_, at) =>
    String.fromCharCode(FIRST.han + ((word.charCodeAt(at) * 131 + word.length * 17) % 5000)),
  ).join('');

function letter(char: string, script: Script): string {
  const small = char.toLowerCase();
  const moved = String.fromCharCode(FIRST[script] + ((small.codePointAt(0) ?? 97) % (script === 'arabic' ? 20 : 32)));
  return small === char ? moved : moved.toUpperCase();
}
