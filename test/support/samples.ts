import { urlKey } from '../../src/shared/canonical-url.js';
import type { Standing } from '../../src/shared/db/sources.js';
import type { CleanArticle } from '../../src/shared/model/article.js';
import type { ExtractedRecord } from '../../src/shared/model/record.js';
import type { PollResult, Sighting } from '../../src/shared/model/stages.js';

export const aSighting = (key: string, url: string): Sighting => ({
  key,
  url,
  urlKey: urlKey(url),
  title: `Entry ${key}`,
  publishedAt: '2026-01-04T08:00:00Z',
  contentHash: `hash of ${key}`,
  skip: null,
  problems: [],
});

const QUOTE = 'The defence ministers of Georgia and Estonia met in Tbilisi on Sunday.';

export const aRecord = (): ExtractedRecord => ({
  type: 'meeting',
  status: 'completed',
  headline: true,
  date: { start: '2026-01-04', end: '2026-01-04', precision: 'day', basis: 'explicit' },
  parties: [
    { kind: 'country', code: 'GEO', name: 'Georgia', role: 'host' },
    { kind: 'country', code: 'EST', name: 'Estonia', role: 'visitor' },
  ],
  people: [],
  organizations: [],
  programmes: [],
  equipment: [],
  amounts: [],
  places: [{ name: 'Tbilisi', country: 'GEO' }],
  exercise: null,
  plover: 'CONSULT',
  cameo: '042',
  dcadSector: 'policy coordination',
  confidence: 0.9,
  evidence: [{ start: 0, end: QUOTE.length, quote: QUOTE }],
});

export const aCleanArticle = (): CleanArticle => ({
  title: 'Defence ministers meet',
  byline: [],
  publishedAt: '2026-01-04',
  publishedPrecision: 'day',
  modifiedAt: null,
  language: 'en',
  canonicalUrl: null,
  siteName: null,
  section: null,
  description: null,
  leadImage: null,
  blocks: [],
  text: `${QUOTE} They spoke of cyber defence, of training for officers and of a plan for the year that both sides will sign in spring, the press office of the host said in a note to reporters after the talks had ended in the capital of the country.`,
  wordCount: 60,
  flags: {
    noText: false,
    tooShort: false,
    truncated: false,
    paywall: false,
    consentPage: false,
    listingPage: false,
    errorPage: false,
  },
});

/** A source of which nothing is known yet. */
export const aStanding = (): Standing => ({
  url: 'https://wire.example/feed',
  intervalSeconds: null,
  pace: null,
  said: null,
  failures: 0,
  errorScore: 0,
  movedTo: null,
  movedSeen: 0,
  pushed: false,
});

/** A poll that read a feed of so many entries. */
export const aPollResult = (entries: number): PollResult => ({
  unchanged: false,
  sightings: Array.from({ length: entries }, (_, n) => aSighting(`${n}`, `https://wire.example/${n}`)),
  problems: [],
  said: null,
  etag: null,
  lastModified: null,
  bodyHash: null,
  freshSeconds: null,
  movedTo: null,
});
