import { Tokenizer } from 'htmlparser2';

const ENTITY = /&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,31});?/gi;
const MAX_KNOWN = 2_000;

/** References decoded before. A memory only: it changes no answer. */
const known = new Map<string, string>();

/**
 * Decodes character references by the HTML standard's table, which the tokenizer holds. In attributes only references
 * that end in ";" count, so that "?a=1&copy=2" stays an address.
 */
export function decodeEntities(text: string, attribute: boolean): string {
  if (!text.includes('&')) return text;
  return text.replace(ENTITY, (entity) => (attribute && !entity.endsWith(';') ? entity : lookUp(entity)));
}

function lookUp(entity: string): string {
  let decoded = known.get(entity);
  if (decoded === undefined) {
    decoded = decodeOne(entity);
    if (known.size < MAX_KNOWN) known.set(entity, decoded);
  }
  return decoded;
}

function decodeOne(entity: string): string {
  let decoded = '';
  const ignore = (): void => {};
  const tokenizer = new Tokenizer(
    { decodeEntities: true },
    {
      ontext: (start, end) => {
        decoded += entity.slice(start, end);
      },
      ontextentity: (codepoint) => {
        decoded += String.fromCodePoint(codepoint);
      },
      onattribdata: ignore,
      onattribend: ignore,
      onattribentity: ignore,
      onattribname: ignore,
      oncdata: ignore,
      onclosetag: ignore,
      oncomment: ignore,
      ondeclaration: ignore,
      onend: ignore,
      onopentagend: ignore,
      onopentagname: ignore,
      onprocessinginstruction: ignore,
      onselfclosingtag: ignore,
    },
  );
  tokenizer.write(entity);
  tokenizer.end();
  return decoded;
}
