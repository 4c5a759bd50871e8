import { type Document, readDocument } from '../../src/shared/text/document.js';
import type { Rules } from '../../src/shared/text/rules.js';
import { type Workings, workOut } from '../../src/workers/extract/records.js';
import { articleOf, type GoldLine } from './gold.js';

const read = new WeakMap<GoldLine, Document>();

/** The workings of a coded article. It is read once: names and sentences do not depend on the models. */
export function worked(line: GoldLine, rules: Rules): Workings {
  const document = read.get(line) ?? readDocument(articleOf(line), rules);
  read.set(line, document);
  return workOut(document, rules);
}
