import { type Document, readDocument } from '../../src/shared/text/document.js';
import type { Rules } from '../../src/shared/text/rules.js';
import { sketch, type Workings, workOut } from '../../src/workers/extract/records.js';
import { articleOf, type GoldLine } from './gold.js';

const read = new WeakMap<GoldLine, Document>();

const documentOf = (line: GoldLine, rules: Rules): Document => {
  const document = read.get(line) ?? readDocument(articleOf(line), rules);
  read.set(line, document);
  return document;
};

/** The workings of a coded article. It is read once: names and sentences do not depend on the models. */
export const worked = (line: GoldLine, rules: Rules): Workings => workOut(documentOf(line, rules), rules);

/** What may be an act in a coded article, not yet weighed: all that the models of the fields need. */
export const sketched = (line: GoldLine, rules: Rules): Sketch => sketch(documentOf(line, rules), rules);
export type Sketch = Pick<Workings, 'cast' | 'drafts'>;
