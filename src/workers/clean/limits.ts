/** Bounds that no real article meets; beyond them a page is read in part and flagged. */
export const LIMITS = {
  depth: 400,
  nodes: 200_000,
  segments: 20_000,
  segmentChars: 200_000,
  attributeChars: 8_000,
  jsonLdChars: 2_000_000,
  jsonLdBlocks: 50,
  marks: 300,
  pictures: 500,
  links: 500,
  metas: 500,
} as const;
