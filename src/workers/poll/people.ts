import { type Field, lineOf } from './field.js';

export interface Author {
  /** As the feed words it; built from name and address where the feed gives them apart. */
  author: string;
  authorName?: string;
  authorEmail?: string;
}

const EMAIL = /(?:mailto:)?([\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})/i;

/** The person that a field names: Atom's children, or RSS's "address (name)" in its many orders. */
export function authorOf(field: Field): Author | undefined {
  const name = field.attributes.get('person-name')?.replace(/\s+/g, ' ').trim();
  const email = field.attributes.get('person-email')?.trim();
  if (name && email) return { author: `${name} (${email})`, authorName: name, authorEmail: email };
  if (name) return { ...authorOfText(name), author: name };
  if (email) return { author: email, authorEmail: email };
  const text = lineOf(field, false);
  return text === undefined ? undefined : authorOfText(text);
}

/** Splits "me@example.com (Jo Doe)", "Jo Doe <me@example.com>" and the like. */
export function authorOfText(text: string): Author {
  const found = EMAIL.exec(text.slice(0, 1000));
  if (!found?.[1]) return { author: text, authorName: text };
  const rest = `${text.slice(0, found.index)} ${text.slice(found.index + found[0].length)}`;
  const name = rest
    .replace(/[()<>[\]]/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[\s,;:"'-]+|[\s,;:"'-]+$/g, '');
  return name === ''
    ? { author: text, authorEmail: found[1] }
    : { author: text, authorName: name, authorEmail: found[1] };
}
