import { parse } from 'yaml';
import type { z } from 'zod';

/** A file of the rules that cannot be used, with the file, the row and what is wrong. */
export class RulesError extends Error {
  override readonly name = 'RulesError';
}

/** A file of the rules, parsed (YAML or JSON) and checked against its schema. Throws RulesError. */
export function checked<Schema extends z.ZodType>(path: string, content: string, schema: Schema): z.infer<Schema> {
  let data: unknown;
  try {
    data = path.endsWith('.json') ? JSON.parse(content) : parse(content);
  } catch (error) {
    throw new RulesError(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const where = issue?.path.map((part) => (typeof part === 'number' ? `row ${part + 1}` : String(part))).join(' > ');
  throw new RulesError(`${path}: ${where ?? ''}: ${issue?.message ?? 'is not what the schema asks for'}`);
}
