/**
 * JSON that jsonb takes: PostgreSQL refuses NUL and lone surrogates. Both become U+FFFD, one code unit for one, so that
 * offsets into a text stay true.
 */
export const toJson = (value: unknown): string =>
  JSON.stringify(value, (_key, inner) => (typeof inner === 'string' ? storable(inner) : inner));

/** A text that a PostgreSQL column takes. */
export const storable = (text: string): string => text.toWellFormed().replaceAll('\0', '\uFFFD');
