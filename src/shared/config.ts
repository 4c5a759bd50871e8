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
  clean: z.strictObject({ captions: z.boolean(), datelines: z.boolean(), embeds: z.boolean() }),
  extract: z.strictObject({
    engine: z.enum(['rules', 'model', 'both']),
    model: z.strictObject({
      url: z.url({ protocol: /^https?$/ }).nullable(),
      name: z.string().min(1).nullable(),
      key: z.string().min(1).nullable(),
      timeoutMs: z.int().min(100),
      requestsPerDay: z.int().min(0),
      maxCharacters: z.int().min(1000),
      maxOutputTokens: z.int().min(100),
    }),
  }),
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
  /** Path of a YAML file; without one, COMMUNIQUE_CONFIG, else communique.yaml where it exists. */
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

/** The schema of the setting at a path, and the path as it is written; undefined when there is no such setting. */
function settingAt(path: readonly string[]): { names: string[]; schema: z.core.$ZodType } | undefined {
  let schema: z.core.$ZodType = Config;
  const names: string[] = [];
  for (const part of path) {
    const at = bare(schema);
    let name: string | undefined;
    let below: z.core.$ZodType | undefined;
    if (at instanceof z.ZodObject) {
      // Environment variables come in capitals.
      name = Object.keys(at.shape).find((key) => key.toLowerCase() === part.toLowerCase());
      below = name === undefined ? undefined : at.shape[name];
    } else if (at instanceof z.ZodRecord) {
      name = part.toLowerCase();
      below = at.valueType;
    }
    if (name === undefined || below === undefined) return undefined;
    names.push(name);
    schema = below;
  }
  return { names, schema: bare(schema) };
}

const bare = (schema: z.core.$ZodType): z.core.$ZodType =>
  schema instanceof z.ZodNullable || schema instanceof z.ZodOptional ? bare(schema.unwrap()) : schema;

/** Settings layer by layer, with the place that each one was set at. */
class Layers {
  private readonly origins = new Map<string, string>();

  constructor(private tree: Tree) {}

  /** Lists and scalars replace, maps merge. */
  add(over: Tree, where: string): void {
    this.tree = this.overlay(this.tree, over, where, []);
  }

  /** One setting from a text. Where a text is wanted it is taken as it is: a password may look like YAML. */
  set(path: readonly string[], raw: string, where: string): void {
    const setting = settingAt(path);
    if (!setting) throw new ConfigError(`${where}: unknown setting "${path.join('.')}"`);
    const { type } = setting.schema._zod.def;
    const isText = type === 'string' || type === 'enum';
    let value: unknown;
    try {
      value = isText && raw !== 'null' ? raw || null : (parseYaml(raw) ?? null);
    } catch {
      value = raw;
    }
    const leaf = setting.names.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
    if (isTree(leaf)) this.add(leaf, where);
  }

  check(): Config {
    const checked = Config.safeParse(this.tree);
    if (checked.success) return checked.data;
    const lines = checked.error.issues.map((issue) => {
      const where = this.originOf(issue.path.map(String));
      return `  ${issue.path.join('.') || '(top level)'}: ${issue.message}${where ? ` (set in ${where})` : ''}`;
    });
    throw new ConfigError(`the configuration is not valid:\n${lines.join('\n')}`);
  }

  private overlay(base: Tree, over: Tree, where: string, path: string[]): Tree {
    const out: Tree = { ...base };
    for (const [key, value] of Object.entries(over)) {
      const here = [...path, key];
      if (!settingAt(here)) throw new ConfigError(`${where}: unknown setting "${here.join('.')}"`);
      const below = base[key];
      this.origins.set(here.join('.'), where);
      out[key] = isTree(value) && isTree(below) ? this.overlay(below, value, where, here) : value;
    }
    return out;
  }

  private originOf(path: readonly string[]): string | undefined {
    for (let length = path.length; length > 0; length--) {
      const where = this.origins.get(path.slice(0, length).join('.'));
      if (where) return where;
    }
    return undefined;
  }
}

/** The settings in force: defaults, then file, then environment, then `set`. Throws `ConfigError`. */
export function loadConfig(input: ConfigInput): Config {
  const layers = new Layers(readYaml(join(projectDir, 'config', 'default.yaml')));
  const named = input.file ?? input.env.COMMUNIQUE_CONFIG;
  const own = join(input.cwd, 'communique.yaml');
  const file = named ? resolve(input.cwd, named) : existsSync(own) ? own : undefined;
  if (file) {
    if (!existsSync(file)) throw new ConfigError(`${file}: no such file`);
    layers.add(readYaml(file), file);
  }
  if (input.env.REDIS_URL) layers.set(['redis', 'url'], input.env.REDIS_URL, 'REDIS_URL');
  if (input.env.DATABASE_URL) layers.set(['database', 'url'], input.env.DATABASE_URL, 'DATABASE_URL');
  for (const [name, raw] of Object.entries(input.env)) {
    if (!name.startsWith('COMMUNIQUE_') || name === 'COMMUNIQUE_CONFIG' || raw === undefined) continue;
    layers.set(name.slice('COMMUNIQUE_'.length).split('__'), raw, name);
  }
  for (const pair of input.set ?? []) {
    const at = pair.indexOf('=');
    if (at < 1) throw new ConfigError(`--set ${pair}: expected name=value`);
    layers.set(pair.slice(0, at).split('.'), pair.slice(at + 1), `--set ${pair.slice(0, at)}`);
  }
  const config = layers.check();
  return { ...config, dataDir: resolve(input.cwd, config.dataDir) };
}

/** A file named in the configuration: as given from the working directory, else from the project. */
export function resolveFile(name: string, cwd: string): string {
  const here = resolve(cwd, name);
  return existsSync(here) ? here : resolve(projectDir, name);
}
