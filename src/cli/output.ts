import Table from 'cli-table3';

/** Prints JSON for programs. */
export const printJson = (value: unknown): void => print(JSON.stringify(value, null, 2));

/** Prints text; what came from the web cannot steer the terminal (see `plain`). */
export const print = (text: string): void => {
  process.stdout.write(`${plain(text)}\n`);
};

/** A readable table; cells are cut to a width that a terminal of 120 columns shows. */
export function printTable(head: string[], rows: (string | number | null)[][], widths: number[] = []): void {
  const table = new Table({
    head,
    ...(widths.length > 0 ? { colWidths: widths, wordWrap: true } : {}),
    style: { head: [], border: [] },
  });
  for (const row of rows) table.push(row.map((cell) => (cell === null ? '' : plain(String(cell)))));
  print(table.toString());
}

/** Text from the web must not steer the terminal: control characters (escape sequences among them) become spaces. */
export const plain = (text: string): string => text.replace(/[^\P{Cc}\n]/gu, ' ');

export const cut = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`;
