import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { z } from 'zod';

/**
 * Reads JSON objects from standard input, one a line, and writes the answers to standard output in the same order.
 * At most `width` lines are under way, so memory stays bounded whatever the length. A line that fails is answered with
 * its id (or file) and the error; the others are not touched by it.
 */
export async function jsonLines(width: number, work: (line: unknown) => Promise<object>): Promise<void> {
  const underWay: Promise<object>[] = [];
  const emit = async (): Promise<void> => {
    const text = `${JSON.stringify(await underWay.shift())}\n`;
    if (!process.stdout.write(text)) await once(process.stdout, 'drain');
  };
  let number = 0;
  for await (const text of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    number++;
    if (text.trim() === '') continue;
    underWay.push(answer(text, number, work));
    if (underWay.length >= width) await emit();
  }
  while (underWay.length > 0) await emit();
}

async function answer(text: string, number: number, work: (line: unknown) => Promise<object>): Promise<object> {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    return { id: null, error: `line ${number} is not JSON: ${text.slice(0, 80)}` };
  }
  try {
    return await work(line);
  } catch (error) {
    return { ...nameOf(line), error: inWords(error) };
  }
}

function nameOf(line: unknown): { id: unknown } | { file: unknown } {
  if (typeof line !== 'object' || line === null) return { id: null };
  if ('id' in line) return { id: line.id };
  return 'file' in line ? { file: line.file } : { id: null };
}

const inWords = (error: unknown): string =>
  error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : String(error);
