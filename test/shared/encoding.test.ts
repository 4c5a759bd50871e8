import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { decodeBytes, encodingOfLabel } from '../../src/shared/encoding.js';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const RUSSIAN = '<a>Министр обороны провёл встречу с делегацией союзников в столице и обсудил учения</a>';

describe('decoding', () => {
  it.each(['utf-8', 'utf-16le', 'utf-16be', 'utf-32le', 'utf-32be'])('reads %s by its BOM', (encoding) => {
    const bytes = iconv.encode('<a>é漢</a>', encoding, { addBOM: true });
    expect(decodeBytes(bytes, { kind: 'xml', contentType: 'text/xml; charset=iso-8859-1' })).toEqual({
      text: '<a>é漢</a>',
      encoding,
    });
  });

  it.each(['utf-16le', 'utf-16be', 'utf-32le', 'utf-32be'])('reads %s by its zeros', (encoding) => {
    const bytes = iconv.encode('<a>é漢</a>', encoding, { addBOM: false });
    expect(decodeBytes(bytes, { kind: 'xml' })).toEqual({ text: '<a>é漢</a>', encoding });
  });

  it.each([
    ['windows-1251', 'windows-1251'],
    ['koi8-r', 'koi8-r'],
    ['iso-8859-5', 'iso-8859-5'],
  ])('reads %s by header, prolog and meta', (label, encoding) => {
    const bytes = (text: string): Uint8Array => iconv.encode(text, label);
    expect(decodeBytes(bytes(RUSSIAN), { kind: 'xml', contentType: `text/xml; charset="${label}"` })).toEqual({
      text: RUSSIAN,
      encoding,
    });
    const prolog = `<?xml version='1.0' encoding='${label}'?>${RUSSIAN}`;
    expect(decodeBytes(bytes(prolog), { kind: 'xml' })).toEqual({ text: prolog, encoding });
    const meta = `<meta http-equiv="Content-Type" content="text/html; charset=${label}">${RUSSIAN}`;
    expect(decodeBytes(bytes(meta), { kind: 'html' })).toEqual({ text: meta, encoding });
  });

  it('overrides a header whose charset the bytes refuse', () => {
    const prolog = `<?xml version="1.0" encoding="windows-1251"?>${RUSSIAN}`;
    const bytes = iconv.encode(prolog, 'windows-1251');
    expect(decodeBytes(bytes, { kind: 'xml', contentType: 'text/xml; charset=utf-8' }).text).toBe(prolog);
    expect(
      decodeBytes(utf8('<a>größer 漢字</a>'), { kind: 'xml', contentType: 'text/xml; charset=us-ascii' }).text,
    ).toBe('<a>größer 漢字</a>');
  });

  it('reads the punctuation of windows-1252, also under the name of ISO 8859-1', () => {
    const bytes = Uint8Array.from([0x93, 0x80, 0x94, 0x81]);
    expect(decodeBytes(bytes, { kind: 'xml', contentType: 'text/xml; charset=iso-8859-1' })).toEqual({
      text: '“€”',
      encoding: 'windows-1252',
    });
  });

  it('detects what nobody declares', () => {
    expect(decodeBytes(iconv.encode(RUSSIAN.repeat(3), 'windows-1251'), { kind: 'xml' }).encoding).toBe('windows-1251');
  });

  it.each([
    ['windows-1251', 'Министр обороны провёл встречу с делегацией'],
    ['koi8-r', 'Министр обороны провёл встречу с делегацией'],
    ['iso-8859-7', 'Ο υπουργός άμυνας συναντήθηκε με την αντιπροσωπεία'],
    ['shift_jis', '防衛大臣は首都で同盟国の代表団と会談した'],
    ['windows-1256', 'التقى وزير الدفاع بوفد الحلفاء في العاصمة'],
  ])('detects %s under more markup and English than text', (encoding, title) => {
    const feed = `<rss version="2.0"><channel><title>The news of the day</title><link>https://example.org/</link>
      <description>&lt;p class="lead"&gt;Read more about the news&lt;/p&gt;</description><item><title>${title}</title>`;
    expect(decodeBytes(iconv.encode(feed, encoding), { kind: 'xml' })).toEqual({ text: feed, encoding });
  });

  it('keeps UTF-8 that is broken in one place', () => {
    const bytes = Buffer.concat([utf8(RUSSIAN), Buffer.from([0xd0]), utf8('</b>')]);
    expect(decodeBytes(bytes, { kind: 'xml' })).toEqual({ text: `${RUSSIAN}\uFFFD</b>`, encoding: 'utf-8' });
  });

  it('knows labels, and that a UTF-16 label in readable ASCII is wrong', () => {
    expect(encodingOfLabel('latin1')).toBe('windows-1252');
    expect(encodingOfLabel('x-sjis')).toBe('shift_jis');
    expect(encodingOfLabel('no-such-charset')).toBeNull();
    expect(decodeBytes(utf8('<?xml version="1.0" encoding="utf-16"?><a>ü</a>'), { kind: 'xml' }).encoding).toBe(
      'utf-8',
    );
    expect(decodeBytes(new Uint8Array(), { kind: 'html' })).toEqual({ text: '', encoding: 'utf-8' });
  });
});
