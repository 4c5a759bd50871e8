import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { ConfigError } from './config.js';
import type { SourceRow } from './db/sources.js';

const Row = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,79}$/, 'lower-case letters, digits and hyphens'),
  url: z.url({ protocol: /^https?$/ }),
  outlet: z.string().min(1),
  country: z.string().regex(/^[A-Z]{3}$/, 'ISO 3166-1 alpha-3, or INT'),
  language: z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]+)*$/, 'a BCP 47 language such as en'),
  enabled: z.boolean().default(true),
  intervalSeconds: z.int().min(1).optional(),
});

/** The sources of a YAML file. Throws `ConfigError` naming the row and what is wrong with it. */
export function readSources(file: string, defaultIntervalSeconds: number): SourceRow[] {
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
    const row = Row.safeParse(raw);
    const name = `${file}: source ${index + 1}`;
    if (!row.success) throw new ConfigError(`${name}:\n${z.prettifyError(row.error)}`);
    if (seen.has(row.data.id)) throw new ConfigError(`${name}: the id "${row.data.id}" is there twice`);
    seen.add(row.data.id);
    return { ...row.data, intervalSeconds: row.data.intervalSeconds ?? defaultIntervalSeconds };
  });
}
