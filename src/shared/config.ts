import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';

/** The directory that holds package.json and config/: one level above src/ or dist/. */
export const projectDir = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

const StageSettings = z.strictObject({
  concurrency: z.int().min(1).max(1000).optional(),
  attempts: z.int().min(1).max(100).optional(),
  limitMs: z.int().min(100).optional(),
});

export const Config = z.strictObject({
  dataDir: z.string().min(1),
  sources: z.string().min(1),
  redis: z.strictObject({ url: z.url({ protocol: /^rediss?$/ }).nullable(), prefix: z.string().regex(/^[\w-]+$/) }),
  database: z.strictObject({
    url: z.url({ protocol: /^postgres(ql)?$/ }).nullable(),
    poolSize: z.int().min(1).max(200),
    batchRows: z.int().min(1).max(1000),
    batchMs: z.int().min(0).max(1000),
  }),
  fetch: z.strictObject({
    product: z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'a product token like Name/1.0 (RFC 9110)'),
    contact: z.string().min(3).nullable(),
    allowAddresses: z.array(z.union([z.cidrv4(), z.cidrv6()])),
    maxRedirects: z.int().min(0).max(20),
    maxBytes: z.int().min(1024),
    deadlineMs: z.int().min(100),
    hostGapMs: z.int().min(0),
    maxWaits: z.int().min(0),
    maxPauseSeconds: z.int().min(1),
    robots: z.boolean(),
  }),
  poll: z.strictObject({ intervalSeconds: z.number().min(1), maxBytes: z.int().min(1024) }),
  threads: z.strictObject({ count: z.int().min(0).max(256), heapMb: z.int().min(64) }),
  stages: z.record(z.string(), StageSettings),
  queues: z.strictObject({
    lockMs: z.int().min(1000),
    stalledMs: z.int().min(500),
    keepCompleted: z.int().min(0),
    keepFailed: z.int().min(0),
  }),
  scheduler: z.strictObject({ everySeconds: z.number().min(0.1), graceSeconds: z.number().min(0) }),
  emit: z.strictObject({
    source: z.string().min(1),
    stream: z.strictObject({ enabled: z.boolean(), key: z.string().min(1), maxLength: z.int().min(1) }),
    jsonl: z.strictObject({ enabled: z.boolean(), file: z.string().min(1) }),
    keepDays: z.number().min(0),
  }),
  server: z.strictObject({
    host: z.string().min(1),
    port: z.int().min(0).max(65535),
    publicUrl: z.url().nullable(),
    username: z.string().min(1),
    password: z.string().min(1).nullable(),
  }),
  log: z.strictObject({ level: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']) }),
});
export type Config = z.infer<typeof Config>;

/** A setting that cannot be used: says which, where it was set and what is wrong. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export interface ConfigInput {
  /** Path of a YAML file; without one, communique.yaml in the working directory is read where it exists. */
  file?: string | undefined;
  env: Readonly<Record<string, string | undefined>>;
  /** `path.to.setting=value`, the strongest layer. */
  set?: readonly string[];
  cwd: string;
}

type Tree = { [key: string]: unknown };
const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

function readYaml(file: string): Tree {
  let parsed: unknown;
  try {
    parsed = parseYaml(readFileSync(file, 'utf8')) ?? {};
  } catch (error) {
    throw new ConfigError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isTree(parsed)) throw new ConfigError(`${file}: expected settings as "name: value" lines`);
  return parsed;
}

/** `over` laid over `base`; lists and scalars replace, maps merge. Names the first unknown setting with `where`. */
function overlay(base: Tree, over: Tree, where: string, path: string[] = []): Tree {
  const out: Tree = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const here = [...path, key];
    const open = path[0] === 'stages' || here[0] === 'stages';
    if (!Object.hasOwn(base, key) && !open) throw new ConfigError(`${where}: unknown setting "${here.join('.')}"`);
    const below = base[key];
    out[key] = isTree(value) && isTree(below) ? overlay(below, value, where, here) : value;
  }
  return out;
}

/** A path of names, matched without case against the defaults, as a tree with one leaf. */
function leaf(defaults: Tree, path: string[], raw: string, where: string): Tree {
  let value: unknown;
  try {
    value = parseYaml(raw) ?? null;
  } catch {
    value = raw;
  }
  const names: string[] = [];
  let level: unknown = defaults;
  for (const part of path) {
    const known: string | undefined = isTree(level)
      ? Object.keys(level).find((key) => key.toLowerCase() === part.toLowerCase())
      : undefined;
    if (known === undefined && names[0] !== 'stages') {
      throw new ConfigError(`${where}: unknown setting "${path.join('.')}"`);
    }
    names.push(known ?? part);
    level = known !== undefined && isTree(level) ? level[known] : undefined;
  }
  return names.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as Tree;
}

/** The settings in force: defaults, then file, then environment, then `set`. Throws `ConfigError`. */
export function loadConfig(input: ConfigInput): Config {
  const defaults = readYaml(join(projectDir, 'config', 'default.yaml'));
  let tree = defaults;
  const own = join(input.cwd, 'communique.yaml');
  const file = input.file ? resolve(input.cwd, input.file) : existsSync(own) ? own : undefined;
  if (file) {
    if (!existsSync(file)) throw new ConfigError(`${file}: no such file`);
    tree = overlay(tree, readYaml(file), file);
  }
  const layer = (path: string[], raw: string, where: string) => {
    tree = overlay(tree, leaf(defaults, path, raw, where), where);
  };
  if (input.env.REDIS_URL) layer(['redis', 'url'], JSON.stringify(input.env.REDIS_URL), 'REDIS_URL');
  if (input.env.DATABASE_URL) layer(['database', 'url'], JSON.stringify(input.env.DATABASE_URL), 'DATABASE_URL');
  for (const [name, raw] of Object.entries(input.env)) {
    if (!name.startsWith('COMMUNIQUE_') || name === 'COMMUNIQUE_CONFIG' || raw === undefined) continue;
    layer(name.slice('COMMUNIQUE_'.length).split('__'), raw, name);
  }
  for (const pair of input.set ?? []) {
    const at = pair.indexOf('=');
    if (at < 1) throw new ConfigError(`--set ${pair}: expected name=value`);
    layer(pair.slice(0, at).split('.'), pair.slice(at + 1), `--set ${pair}`);
  }
  const checked = Config.safeParse(tree);
  if (!checked.success) {
    const lines = checked.error.issues.map((issue) => `  ${issue.path.join('.') || '(top level)'}: ${issue.message}`);
    throw new ConfigError(`the configuration is not valid:\n${lines.join('\n')}`);
  }
  return { ...checked.data, dataDir: resolve(input.cwd, checked.data.dataDir) };
}

/** A file named in the configuration: as given from the working directory, else from the project. */
export function resolveFile(name: string, cwd: string): string {
  const here = resolve(cwd, name);
  return existsSync(here) ? here : resolve(projectDir, name);
}
