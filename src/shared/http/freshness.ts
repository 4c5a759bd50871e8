/**
 * Seconds for which an answer stays good, by RFC 9111: `max-age` less `Age`, else `Expires` less `Date`; null when the
 * server does not say, or says that it must be asked again each time.
 */
export function freshSeconds(headers: Headers | ReadonlyMap<string, string>, nowMs: number): number | null {
  const control = (headers.get('cache-control') ?? '').toLowerCase();
  if (/\bno-(?:cache|store)\b/.test(control)) return null;
  const maxAge = /(?:^|[\s,])max-age\s*=\s*"?(\d+)/.exec(control)?.[1];
  if (maxAge !== undefined) {
    const age = Number(headers.get('age') ?? 0);
    return positive(Number(maxAge) - (Math.max(age, 0) || 0));
  }
  const expires = Date.parse(headers.get('expires') ?? '');
  const date = Date.parse(headers.get('date') ?? '');
  return positive((expires - (Number.isNaN(date) ? nowMs : date)) / 1000);
}

/** RFC 9111 counts longer as 2^31 seconds. */
const positive = (seconds: number): number | null => (seconds > 0 ? Math.min(seconds, 2 ** 31) : null);
