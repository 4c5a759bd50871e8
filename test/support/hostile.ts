import { execFileSync } from 'node:child_process';
import type { z } from 'zod';

/** Runs a script in a process with 512 MB of heap and reads the outcomes that it prints, one a line, by their names. */
export function outcomesOf<Outcome extends { name: string }>(
  script: string,
  outcome: z.ZodType<Outcome>,
  timeout: number,
): Map<string, Outcome> {
  const printed = execFileSync(process.execPath, ['--max-old-space-size=512', '--import', 'tsx', script], {
    encoding: 'utf8',
    timeout,
    maxBuffer: 64 * 1024 * 1024,
  });
  return new Map(
    printed
      .trim()
      .split('\n')
      .map((line) => outcome.parse(JSON.parse(line)))
      .map((each) => [each.name, each]),
  );
}
