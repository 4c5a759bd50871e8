import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { z } from 'zod';
import { Status } from '../model/record.js';
import { Gazetteer } from './gazetteer.js';
import { compileModel, ModelFile, type Scorer } from './linear.js';
import { compilePattern, PatternIndex, type Vocabulary } from './patterns.js';
import { GAZETTEER_FILES, Taxonomy, type Trigger } from './schema.js';
import { foldWord } from './tokens.js';

/** Goes up when the code of classification or extraction changes what it makes of the same files. */
const CODE_VERSION = '1';

/** Everything that classify and extract go by, compiled. Immutable; made once per thread. */
export interface Rules {
  version: string;
  gazetteer: Gazetteer;
  /** Names of parties as records show them, by code. */
  partyNames: ReadonlyMap<string, string>;
  countries: ReadonlySet<string>;
  /** Party that an outlet speaks for, by folded outlet name. */
  outlets: ReadonlyMap<string, string>;
  triggers: PatternIndex<Trigger>;
  triggerList: readonly Trigger[];
  /** What a trigger must not be read as. */
  exceptions: PatternIndex<Trigger>;
  modality: PatternIndex<Status>;
  defence: ReadonlySet<string>;
  adversaryBefore: ReadonlySet<string>;
  adversaryAfter: ReadonlySet<string>;
  taxonomy: Taxonomy;
  /** Models by name (relevance, party, accept, status/...); empty where no weights file is there. */
  models: ReadonlyMap<string, Scorer>;
  counts: Readonly<Record<string, number>>;
}

/** A file of the rules that cannot be used, with the file, the row and what is wrong. */
export class RulesError extends Error {
  override readonly name = 'RulesError';
}

/** Files of config/weights that hold models by name; a file that is not there leaves its models out. */
const WEIGHTS = ['relevance', 'extraction'] as const;

/** Reads and checks config/taxonomy.yaml, config/gazetteer/*.yaml and config/weights/*.json. Throws RulesError. */
export function loadRules(configDir: string): Rules {
  const hash = createHash('sha256').update(CODE_VERSION);
  const read = (path: string): string => {
    try {
      const content = readFileSync(join(configDir, path), 'utf8');
      hash.update(path).update(content);
      return content;
    } catch (error) {
      throw new RulesError(`${path}: cannot be read (${error instanceof Error ? error.message : String(error)})`);
    }
  };
  const taxonomy = checked('taxonomy.yaml', read('taxonomy.yaml'), Taxonomy);
  const vocabulary: Vocabulary = {
    irregular: new Map(Object.entries(taxonomy.irregular)),
    classes: new Map(Object.entries(taxonomy.classes)),
  };
  const triggers = new PatternIndex<Trigger>();
  for (const trigger of taxonomy.triggers) {
    for (const source of trigger.match) triggers.add(compiled(source, trigger.id, vocabulary), trigger);
  }
  const exceptions = new PatternIndex<Trigger>();
  for (const trigger of taxonomy.triggers) {
    for (const source of trigger.unless ?? []) exceptions.add(compiled(source, trigger.id, vocabulary), trigger);
  }
  const modality = new PatternIndex<Status>();
  for (const status of Status.options) {
    for (const source of taxonomy.modality[status] ?? []) modality.add(compiled(source, status, vocabulary), status);
  }
  const names = readGazetteers(read);
  const models = new Map<string, Scorer>();
  for (const file of WEIGHTS) {
    const path = `weights/${file}.json`;
    if (!existsSync(join(configDir, path))) continue;
    for (const [name, model] of Object.entries(checked(path, read(path), ModelFile)))
      models.set(name, compileModel(model));
  }
  return {
    ...names,
    version: `${CODE_VERSION}-${hash.digest('hex').slice(0, 12)}`,
    triggers,
    triggerList: taxonomy.triggers,
    exceptions,
    modality,
    defence: new Set(taxonomy.defence.map(foldWord)),
    adversaryBefore: new Set(taxonomy.adversary.before),
    adversaryAfter: new Set(taxonomy.adversary.after),
    taxonomy,
    models,
  };
}

function compiled(source: string, owner: string, vocabulary: Vocabulary) {
  try {
    return compilePattern(source, vocabulary);
  } catch (error) {
    throw new RulesError(`taxonomy.yaml: ${owner}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function checked<Schema extends z.ZodType>(path: string, content: string, schema: Schema): z.infer<Schema> {
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

function readGazetteers(read: (path: string) => string) {
  const load = <Schema extends z.ZodType>(name: string, schema: Schema): z.infer<Schema> =>
    checked(`gazetteer/${name}.yaml`, read(`gazetteer/${name}.yaml`), schema);
  const files = GAZETTEER_FILES;
  const gazetteer = new Gazetteer();
  const partyNames = new Map<string, string>();
  const countries = new Set<string>();
  const counts: Record<string, number> = {};
  const organizations = load('organizations', files.organizations).rows;
  const countryRows = load('countries', files.countries).rows;
  for (const row of countryRows) {
    if (countries.has(row.code)) throw new RulesError(`gazetteer/countries.yaml: ${row.code} stands there twice`);
    countries.add(row.code);
    partyNames.set(row.code, row.names[0] ?? row.code);
    for (const [form, list] of [
      ['name', row.names],
      ['demonym', row.demonyms],
      ['seat', row.seats],
    ] as const) {
      for (const text of list) {
        gazetteer.add(text, { kind: 'country', party: row.code, name: row.names[0] ?? row.code, form });
        if (form === 'demonym' && /[^shxz]$/.test(text)) {
          gazetteer.add(`${text}s`, { kind: 'country', party: row.code, name: row.names[0] ?? row.code, form });
        }
      }
    }
  }
  for (const row of organizations)
    partyNames.set(row.code, row.names.find((n) => n.length > row.code.length) ?? row.code);
  const party = (code: string, file: string): string => {
    if (!partyNames.has(code))
      throw new RulesError(`gazetteer/${file}.yaml: "${code}" is neither a country nor an organisation`);
    return code;
  };
  for (const row of organizations) {
    const code = party(row.for ?? row.code, 'organizations');
    for (const text of row.names) {
      gazetteer.add(text, {
        kind: 'organization',
        party: code,
        name: row.names[0] ?? row.code,
        own: row.for === undefined,
      });
    }
  }
  gazetteer.add('Nato', { kind: 'organization', party: 'NATO', name: 'NATO', own: true });
  for (const file of ['bodies', 'firms'] as const) {
    const kind = file === 'bodies' ? 'body' : 'firm';
    const { rows } = load(file, files[file]);
    for (const row of rows) gazetteer.add(row.name, { kind, party: party(row.for, file), name: row.name });
    counts[file] = rows.length;
  }
  const programmes = load('programmes', files.programmes).rows;
  for (const row of programmes) {
    const behind = row.with === undefined ? null : party(row.with, 'programmes');
    const members = (row.members ?? []).map((code) => party(code, 'programmes'));
    for (const text of row.names) {
      gazetteer.add(text, {
        kind: 'programme',
        party: behind,
        members,
        code: row.code,
        name: row.names.at(-1) ?? row.code,
      });
    }
  }
  const equipment = load('equipment', files.equipment).rows;
  for (const row of equipment) {
    const maker = countries.has(row.maker) ? row.maker : null;
    gazetteer.add(row.name, { kind: 'equipment', party: maker, name: row.name, class: row.class });
  }
  const exercises = load('exercises', files.exercises).rows;
  for (const row of exercises) {
    gazetteer.add(row.name, { kind: 'exercise', party: null, name: row.name, common: row.common ?? false });
  }
  const ranks = load('ranks', files.ranks).rows;
  for (const row of ranks) {
    gazetteer.add(row.name, { kind: 'rank', party: null, name: row.name, address: row.kind === 'address' });
  }
  const posts = load('posts', files.posts).rows;
  for (const row of posts) {
    gazetteer.add(row.name, {
      kind: 'post',
      party: row.for === undefined ? null : party(row.for, 'posts'),
      name: row.name,
    });
  }
  const places = load('places', files.places).rows;
  for (const row of places)
    gazetteer.add(row.name, { kind: 'place', party: null, name: row.name, country: row.country });
  const officials = load('officials', files.officials).rows;
  for (const row of officials)
    gazetteer.add(row.name, { kind: 'official', party: party(row.for, 'officials'), name: row.name });
  const outlets = new Map(
    load('outlets', files.outlets).rows.map((row) => [foldWord(row.name), party(row.for, 'outlets')]),
  );
  Object.assign(counts, {
    countries: countryRows.length,
    organizations: organizations.length,
    programmes: programmes.length,
    equipment: equipment.length,
    exercises: exercises.length,
    ranks: ranks.length,
    posts: posts.length,
    places: places.length,
  });
  return { gazetteer, partyNames, countries, outlets, counts };
}
