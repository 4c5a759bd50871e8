import type { Counts } from './characters.js';

/** Attributes that the later steps read; everything else is dropped while parsing. */
export interface Attributes {
  [name: string]: string;
}

/** A run of text between two block boundaries: the unit that is kept or dropped. */
export interface Segment {
  /** The nearest block-level element. */
  node: number;
  /** NFC, single spaces. */
  text: string;
  /** What stands in the text; `counts.size` is its length, made comparable between scripts. */
  counts: Counts;
  /** Characters of `text` (about) that stand in links, and in bold or emphasis. */
  linkChars: number;
  boldChars: number;
  links: number;
}

/** The text of an element whose class, itemprop or rel speaks of an author, a date or the like. */
export interface Mark {
  node: number;
  kind: 'author' | 'date' | 'time';
  text: string;
  datetime: string | null;
  /** How many segments stood before it. */
  position: number;
}

/** An image seen in the page, with the description that its alt attribute gives. */
export interface Picture {
  node: number;
  url: string;
  alt: string;
  width: number;
  position: number;
}

/** A page as flat arrays: `tags[i]`, `parents[i]`, `hints[i]`, `attributes[i]` describe element i; a parent comes before its children. */
export interface Page {
  tags: string[];
  parents: number[];
  /** Class, id, role, itemprop of the element, lower case, in one string. */
  hints: string[];
  attributes: (Attributes | null)[];
  /** Depth, capped; 0 is the root. */
  depths: number[];
  segments: Segment[];
  metas: Map<string, string[]>;
  links: { rel: string; href: string }[];
  jsonLd: string[];
  documentTitle: string;
  base: string | null;
  language: string | null;
  marks: Mark[];
  pictures: Picture[];
  /** A cap on size, depth or count was reached: the page may be read in part only. */
  truncated: boolean;
}
