import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Status } from '../model/record.js';
import type { Gazetteer } from './gazetteer.js';
import { readGazetteers } from './gazetteer-files.js';
import { compileModel, ModelFile, type Scorer } from './linear.js';
import { compilePattern, PatternIndex, type Vocabulary } from './patterns.js';
import { checked, RulesError } from './rules-file.js';
import { Taxonomy, type Trigger } from './schema.js';
import { foldWord } from './tokens.js';

export { RulesError } from './rules-file.js';

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
  /** Enemies of each party, by codes. */
  rivals: ReadonlyMap<string, ReadonlySet<string>>;
  taxonomy: Taxonomy;
  /** Models by name (relevance, party, accept, status/...); empty where no weights file is there. */
  models: ReadonlyMap<string, Scorer>;
  counts: Readonly<Record<string, number>>;
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
    rivals: rivalsOf(taxonomy.rivals),
    taxonomy,
    models,
  };
}

function rivalsOf(table: Taxonomy['rivals']): Map<string, Set<string>> {
  const rivals = new Map<string, Set<string>>();
  for (const [one, others] of table) {
    for (const other of others) {
      rivals.set(one, (rivals.get(one) ?? new Set()).add(other));
      rivals.set(other, (rivals.get(other) ?? new Set()).add(one));
    }
  }
  return rivals;
}

function compiled(source: string, owner: string, vocabulary: Vocabulary) {
  try {
    return compilePattern(source, vocabulary);
  } catch (error) {
    throw new RulesError(`taxonomy.yaml: ${owner}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
