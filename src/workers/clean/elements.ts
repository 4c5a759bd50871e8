/** What the reader of pages knows of the elements of HTML, by name. */
const words = (list: string): ReadonlySet<string> => new Set(list.split(' '));

export const VOID = words(
  'area base basefont br col command embed frame hr img input keygen link meta param source track wbr',
);
export const INLINE = words(
  'a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rp rt ruby s samp small span strike strong sub sup time tt u var wbr img picture source slot script style noscript template svg math',
);
export const SILENT = words(
  'script style noscript template svg math iframe object video audio canvas select textarea datalist head map noembed noframes xmp',
);
export const WRAPPERS = words('noscript template script');
/** Types of scripts that hold markup. */
export const TEMPLATE = /^text\/(?:x-)?(?:[a-z]+-)?(?:template|tmpl|html)\b/i;
export const BOLD = words('b strong em i');
export const CELLS = words('td th caption table');
/** Cells end with their rows and tables, nothing else ends them. */
export const ENDS_CELLS = words('td th caption table tr tbody body html');
export const KEPT = words(
  'class id itemprop role rel href src data-src alt width datetime content name property http-equiv lang xml:lang style hidden aria-hidden type data-testid data-original data-lazy-src',
);
/** Read of these elements only: addresses are long and many. */
export const ADDRESSES = words('href src data-src data-original data-lazy-src');
export const ADDRESSED = words('link base img');
/** What an element closes that was left open before it, apart from a paragraph. */
export const CLOSES = new Map([
  ['li', words('li')],
  ['dd', words('dd dt')],
  ['dt', words('dd dt')],
  ['tr', words('tr td th')],
  ['td', words('td th')],
  ['th', words('td th')],
  ['option', words('option')],
]);
/** What may stand in a head; anything else ends it. */
export const HEAD = words('script style template noscript title meta link base noembed noframes');
export const NOTHING: ReadonlySet<string> = new Set();
