import { compileName } from './gazetteer.js';
import { RulesError } from './rules-file.js';

/** A row of a gazetteer file, as an error names it. */
export interface Row {
  file: string;
  /** From 1, as a reader counts. */
  number: number;
  label: string;
}

/** Problems told at once; a longer list helps nobody. */
const MAX_PROBLEMS = 20;
const AMBIGUOUS = 'gazetteer/ambiguous.yaml';

/** Which row claims which name or code. Gathers what is wrong, so that one start tells all of it. */
export class Claims {
  readonly #problems: string[] = [];
  readonly #ids = new Map<string, Row>();
  readonly #names = new Map<string, Row>();
  readonly #words = new Set<string>();
  /** Names that several rows may claim, and whether several do. */
  readonly #ambiguous = new Map<string, { row: Row; shared: boolean }>();

  /** Lets several rows claim a name. */
  share(row: Row, name: string): void {
    this.#ambiguous.set(keyOf(name), { row, shared: false });
  }

  problem(row: Row, what: string, remedy: string): void {
    this.#problems.push(`${placeOf(row)}: ${what}; ${remedy}`);
  }

  /** Claims a code for a row of its file. */
  id(row: Row, code: string): void {
    const key = `${row.file}/${code}`;
    const owner = this.#ids.get(key);
    if (owner) this.problem(row, `the code ${code} is that of row ${owner.number} too`, 'join the two rows');
    else this.#ids.set(key, row);
  }

  /** Claims a name for a row. False where the row has it already, or where it has no word. */
  name(row: Row, name: string): boolean {
    const key = keyOf(name);
    if (key === '' || name !== name.trim()) {
      this.problem(row, `the name "${name}" is empty or has blanks around it`, 'write it out or take it away');
      return false;
    }
    const owner = this.#names.get(key);
    if (owner === undefined) {
      this.#names.set(key, row);
      this.#words.add(wordsOf(name));
      return true;
    }
    if (owner.file === row.file && owner.number === row.number) return false;
    const declared = this.#ambiguous.get(key);
    if (declared) declared.shared = true;
    else {
      const remedy = `keep it in one of them, or declare it in ${AMBIGUOUS}`;
      this.problem(row, `the name "${name}" is claimed by ${placeOf(owner)} too`, remedy);
    }
    return true;
  }

  /** Whether a row has this name, however it writes it. */
  has(name: string): boolean {
    return this.#words.has(wordsOf(name));
  }

  /** Throws a RulesError with the problems, if there are any. */
  settle(): void {
    for (const { row, shared } of this.#ambiguous.values()) {
      if (!shared) this.problem(row, 'no two rows claim this name', 'take the row away');
    }
    const left = this.#problems.length - MAX_PROBLEMS;
    const shown = this.#problems.slice(0, MAX_PROBLEMS);
    if (left > 0) shown.push(`... and ${left} more`);
    if (shown.length > 0) throw new RulesError(shown.join('\n'));
  }
}

const placeOf = ({ file, number, label }: Row): string => `gazetteer/${file}.yaml: row ${number} (${label})`;

const wordsOf = (name: string): string => compileName(name).keys.join(' ');

function keyOf(name: string): string {
  const { keys, cases } = compileName(name);
  return keys.length === 0 ? '' : `${keys.join(' ')}/${cases.join('')}`;
}
