import type { ExtractedRecord } from '../../shared/model/record.js';
import type { Reading } from '../../shared/text/document.js';
import type { Rules } from '../../shared/text/rules.js';
import type { Sentence } from '../../shared/text/sentences.js';
import type { Token } from '../../shared/text/tokens.js';
import { textOf } from '../../shared/text/tokens.js';

type Fields = Pick<ExtractedRecord, 'organizations' | 'programmes' | 'equipment' | 'amounts' | 'places' | 'exercise'>;

const WORD_NUMBERS = new Map(
  'one two three four five six seven eight nine ten eleven twelve'.split(' ').map((word, index) => [word, index + 1]),
);
for (const [word, value] of [
  ['dozen', 12],
  ['twenty', 20],
  ['thirty', 30],
  ['forty', 40],
  ['fifty', 50],
  ['hundred', 100],
] as const) {
  WORD_NUMBERS.set(word, value);
}
const SCALES = new Map([
  ['thousand', 1e3],
  ['million', 1e6],
  ['mln', 1e6],
  ['m', 1e6],
  ['billion', 1e9],
  ['bln', 1e9],
  ['bn', 1e9],
  ['trillion', 1e12],
]);
const CURRENCIES = new Map([
  ['$', 'USD'],
  ['usd', 'USD'],
  ['dollars', 'USD'],
  ['dollar', 'USD'],
  ['€', 'EUR'],
  ['eur', 'EUR'],
  ['euros', 'EUR'],
  ['euro', 'EUR'],
  ['£', 'GBP'],
  ['gbp', 'GBP'],
  ['pounds', 'GBP'],
  ['¥', 'JPY'],
  ['yen', 'JPY'],
  ['jpy', 'JPY'],
  ['won', 'KRW'],
  ['yuan', 'CNY'],
  ['rubles', 'RUB'],
  ['roubles', 'RUB'],
  ['rupees', 'INR'],
  ['lira', 'TRY'],
  ['liras', 'TRY'],
  ['zloty', 'PLN'],
  ['zlotys', 'PLN'],
  ['kronor', 'SEK'],
  ['sek', 'SEK'],
  ['nok', 'NOK'],
  ['dkk', 'DKK'],
  ['francs', 'CHF'],
  ['chf', 'CHF'],
  ['manats', 'AZN'],
  ['manat', 'AZN'],
  ['hryvnia', 'UAH'],
  ['hryvnias', 'UAH'],
]);

/** The fields that names and figures within some sentences fill. */
export function fieldsOf(reading: Reading, sentences: readonly Sentence[], rules: Rules, exercise: boolean): Fields {
  const fields: Fields = { organizations: [], programmes: [], equipment: [], amounts: [], places: [], exercise: null };
  const once = new Set<string>();
  const fresh = (key: string): boolean => !once.has(key) && once.add(key).size > 0;
  for (const sentence of sentences) {
    for (const { first, last, entry, also } of reading.mentions) {
      if (first < sentence.first || first >= sentence.last) continue;
      const text = textOf(reading.tokens, first, last);
      if (entry.kind === 'body' || entry.kind === 'firm' || (entry.kind === 'organization' && !entry.own)) {
        if (fresh(`o/${text}`)) fields.organizations.push(text);
      }
      if (entry.kind === 'programme' && fresh(`p/${entry.code}`))
        fields.programmes.push({ code: entry.code, name: entry.name });
      if (entry.kind === 'equipment' && fresh(`e/${entry.name}`)) {
        fields.equipment.push({ name: text, quantity: quantityBefore(reading.tokens, first, sentence.first) });
      }
      const series = entry.kind === 'exercise' ? entry : also?.kind === 'exercise' ? also : null;
      if (series && exercise) fields.exercise ??= text;
      if (entry.kind === 'place' && fresh(`l/${text}`)) fields.places.push({ name: text, country: entry.country });
      if (
        entry.kind === 'country' &&
        entry.form === 'seat' &&
        /^(?:in|at|near)$/.test(reading.tokens[first - 1]?.key ?? '') &&
        fresh(`l/${text}`)
      ) {
        fields.places.push({ name: text, country: rules.countries.has(entry.party) ? entry.party : null });
      }
    }
    for (const amount of amountsIn(reading.tokens, sentence)) {
      if (fresh(`a/${amount.value}/${amount.currency}`)) fields.amounts.push(amount);
    }
    for (const name of ministriesIn(reading, sentence)) if (fresh(`o/${name}`)) fields.organizations.push(name);
  }
  return fields;
}

/** "six F-16 jets", "10 HIMARS": the number before a designation, with one word between at most. */
function quantityBefore(tokens: readonly Token[], at: number, low: number): number | null {
  for (let back = 1; back <= 2 && at - back >= low; back++) {
    const token = tokens[at - back];
    if (token?.kind === 'number') {
      const value = Number(token.raw.replaceAll(',', ''));
      if (Number.isInteger(value) && value > 0 && !(value >= 1900 && value <= 2100)) return value;
      return null;
    }
    const word = WORD_NUMBERS.get(token?.key ?? '');
    if (word !== undefined) return word;
    if (token?.kind === 'sign') return null;
  }
  return null;
}

function amountsIn(tokens: readonly Token[], sentence: Sentence): { value: number; currency: string }[] {
  const amounts: { value: number; currency: string }[] = [];
  for (let at = sentence.first; at < sentence.last; at++) {
    const token = tokens[at];
    if (token?.kind !== 'number') continue;
    const glued = /^([\d.,]+)(m|bn|k)?$/i.exec(token.raw);
    const figure = Number((glued?.[1] ?? '').replaceAll(',', ''));
    if (!Number.isFinite(figure) || figure <= 0) continue;
    let next = at + 1;
    if (tokens[next]?.raw === '-') next += 1;
    const scale = SCALES.get(tokens[next]?.key ?? '') ?? SCALES.get(glued?.[2]?.toLowerCase() ?? '');
    if (SCALES.has(tokens[next]?.key ?? '')) next += 1;
    const before = CURRENCIES.get(tokens[at - 1]?.key ?? '');
    const after = CURRENCIES.get(tokens[next]?.key ?? '') ?? CURRENCIES.get(tokens[next + 1]?.key ?? '');
    const currency = before ?? (scale !== undefined || after !== undefined ? after : undefined);
    if (currency) amounts.push({ value: Math.round(figure * (scale ?? 1) * 100) / 100, currency });
  }
  return amounts;
}

/** "Estonian Ministry of Defence", "Turkish Defence Ministry": the words as they stand, with the adjective before. */
function ministriesIn(reading: Reading, sentence: Sentence): string[] {
  const { tokens } = reading;
  const names: string[] = [];
  for (let at = sentence.first; at < sentence.last; at++) {
    const token = tokens[at];
    if (!token || (token.key !== 'ministry' && token.key !== 'ministrys')) continue;
    let first = at;
    let last = at + 1;
    while (first > sentence.first && tokens[first - 1]?.capital && tokens[first - 1]?.kind === 'word' && at - first < 4)
      first -= 1;
    if (tokens[first]?.key === 'the') first += 1;
    if (tokens[last]?.key === 'of') {
      let end = last + 1;
      while (
        end < sentence.last &&
        end - last < 5 &&
        (tokens[end]?.capital || /^(?:of|and|the)$/.test(tokens[end]?.key ?? ''))
      )
        end += 1;
      while (end > last && !tokens[end - 1]?.capital) end -= 1;
      if (end > last + 1) last = end;
    }
    const name = textOf(tokens, first, last);
    if (last - first > 1 && /def|forei|milit|armed/i.test(name)) names.push(name);
  }
  return names;
}
