import type { Page } from './page.js';
import { meta } from './title.js';

/** Countries that write English and put the day before the month, by the ending of their addresses. */
const DAY_FIRST_ENDINGS =
  /\.(?:uk|ie|au|nz|in|za|pk|bd|lk|ng|ke|gh|ug|tz|zm|zw|sg|my|mt|cy|hk|ae|qa|sa|eu|il|af|np|jm|tt|bw|na|mw|rw)$/;
const DAY_FIRST_REGIONS = /^en[-_](?:GB|IE|AU|NZ|IN|ZA|PK|BD|LK|NG|KE|GH|SG|MY|MT|HK|AE|IL|EU|150)\b/i;
const US = /^en[-_](?:US|PH|CA)\b/i;

/**
 * The language with the region, where a page's English dates depend on it: "en-gb" where the day comes first, "en"
 * where the month does. Told by dates of the page that can be read in one way only, by the page's own language tag,
 * by the ending of its address.
 */
export function regionalLanguage(page: Page, url: string | null, language: string): string {
  if (language !== 'en') return language;
  const shown = shownOrder(page);
  if (shown !== null) return shown === 'day' ? 'en-gb' : 'en';
  const tags = [page.language, meta(page, 'og:locale')].filter((tag): tag is string => tag !== null);
  if (tags.some((tag) => DAY_FIRST_REGIONS.test(tag))) return 'en-gb';
  const host = url && URL.canParse(url) ? new URL(url).hostname : '';
  return DAY_FIRST_ENDINGS.test(host) && !US.test(page.language ?? '') ? 'en-gb' : 'en';
}

/** Which part comes first in the numeric dates of the page that leave no doubt; null where they tell nothing or disagree. */
function shownOrder(page: Page): 'day' | 'month' | null {
  let day = 0;
  let month = 0;
  for (const { text } of page.marks) {
    const match = /(?<!\d)(\d{1,2})[/-](\d{1,2})[/-](?:19|20)?\d\d(?!\d)/.exec(text.slice(0, 200));
    if (!match) continue;
    if (Number(match[1]) > 12) day++;
    else if (Number(match[2]) > 12) month++;
  }
  if (day > 0 === month > 0) return null;
  return day > 0 ? 'day' : 'month';
}
