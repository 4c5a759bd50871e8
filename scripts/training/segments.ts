import type { Page } from '../../src/workers/clean/page.js';
import { fold } from '../../src/workers/clean/text.js';

/** One labelled page: the whole text, or passages that belong (`withs`) and do not belong (`without`) to it. */
export interface LabelledPage {
  set: string;
  id: string;
  url: string;
  page: string;
  text?: string;
  withs?: string[];
  without?: string[];
  title?: string | null;
  author?: string | string[] | null;
  date?: string | null;
}

/** What each segment of a page should be: 1 kept, 0 dropped, null unknown. */
export function labelsOf(page: Page, truth: LabelledPage): (0 | 1 | null)[] {
  return truth.text ? fromText(page, truth.text) : fromPassages(page, truth.withs ?? [], truth.without ?? []);
}

function fromText(page: Page, text: string): (0 | 1)[] {
  const words = fold(text).split(' ');
  const grams = new Set<string>();
  for (let at = 0; at + 4 <= words.length; at++) grams.add(words.slice(at, at + 4).join(' '));
  const lines = new Set(text.split('\n').map(fold));
  const whole = ` ${words.join(' ')} `;
  const labels = page.segments.map((segment): 0 | 1 => {
    const folded = fold(segment.text);
    if (!folded) return 0;
    if (lines.has(folded)) return 1;
    const own = folded.split(' ');
    if (own.length < 6) return whole.includes(` ${folded} `) ? 1 : 0;
    let hits = 0;
    for (let at = 0; at + 4 <= own.length; at++) if (grams.has(own.slice(at, at + 4).join(' '))) hits++;
    return hits / (own.length - 3) > 0.55 ? 1 : 0;
  });
  // Short texts occur by chance in menus and teasers: only those amid the long ones count.
  const long = page.segments.map((segment, at) => labels[at] === 1 && segment.text.length > 80);
  const first = long.indexOf(true);
  const last = long.lastIndexOf(true);
  if (first < 0) return labels;
  return labels.map((label, at) =>
    (page.segments[at]?.text.length ?? 0) < 60 && (at < first - 3 || at > last + 6) ? 0 : label,
  );
}

function fromPassages(page: Page, withs: string[], without: string[]): (0 | 1 | null)[] {
  const wanted = withs.map(fold).filter(Boolean);
  const unwanted = without.map(fold).filter(Boolean);
  return page.segments.map((segment) => {
    const folded = fold(segment.text);
    if (wanted.some((passage) => folded.includes(passage))) return 1;
    return unwanted.some((passage) => folded.includes(passage)) ? 0 : null;
  });
}
