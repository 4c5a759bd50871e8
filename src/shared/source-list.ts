import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { ConfigError } from './config.js';
import { Source } from './model/source.js';

/** The sources of a YAML file. Throws `ConfigError` naming the row and what is wrong with it. */
export function readSources(file: string): Source[] {
  if (!existsSync(file)) throw new ConfigError(`${file}: no such file; it lists the sources to poll`);
  let parsed: unknown;
  try {
    parsed = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new ConfigError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const rows = z.object({ sources: z.array(z.unknown()) }).safeParse(parsed);
  if (!rows.success) throw new ConfigError(`${file}: expected "sources:" and a list below it`);
  const seen = new Set<string>();
  return rows.data.sources.map((raw, index) => {
    const row = Source.safeParse(raw);
    const name = `${file}: source ${index + 1}`;
    if (!row.success) throw new ConfigError(`${name}:\n${z.prettifyError(row.error)}`);
    if (seen.has(row.data.id)) throw new ConfigError(`${name}: the id "${row.data.id}" is there twice`);
    seen.add(row.data.id);
    return row.data;
  });
}
