import type { z } from 'zod';
import { Claims, type Row } from './claims.js';
import { type Entry, Gazetteer, type Needs } from './gazetteer.js';
import { checked } from './rules-file.js';
import { GAZETTEER_FILES } from './schema.js';
import { foldWord } from './tokens.js';

/** The names of a row, and which of them are everyday words (true: all). */
interface Named {
  name: string;
  aliases?: string[] | undefined;
  common?: boolean | string[] | undefined;
}

/** What config/gazetteer/*.yaml hold, compiled. */
export interface Names {
  gazetteer: Gazetteer;
  /** Names of parties as records show them, by code. */
  partyNames: ReadonlyMap<string, string>;
  countries: ReadonlySet<string>;
  /** Party that an outlet speaks for, by folded outlet name. */
  outlets: ReadonlyMap<string, string>;
  /** Rows of each file. */
  counts: Readonly<Record<string, number>>;
}

/** Reads and checks the gazetteers. Throws a RulesError that names file, row, what is wrong and what to do. */
export function readGazetteers(read: (path: string) => string): Names {
  const files = GAZETTEER_FILES;
  const load = <Schema extends z.ZodType>(name: string, schema: Schema): z.infer<Schema> =>
    checked(`gazetteer/${name}.yaml`, read(`gazetteer/${name}.yaml`), schema);
  const gazetteer = new Gazetteer();
  const claims = new Claims();
  const partyNames = new Map<string, string>();
  const countries = new Set<string>();
  const outlets = new Map<string, string>();
  const counts: Record<string, number> = {};

  /** Hands over the rows of a file, each with the words that an error names it by. */
  const each = <Data>(
    file: string,
    rows: readonly Data[],
    labelOf: (data: Data) => string,
    use: (data: Data, row: Row) => void,
  ) => {
    counts[file] = rows.length;
    for (const [index, data] of rows.entries()) use(data, { file, number: index + 1, label: labelOf(data) });
  };
  const add = (row: Row, names: readonly string[], entry: Entry): void => {
    for (const name of names) if (claims.name(row, name)) gazetteer.add(name, entry);
  };
  /** Plurals are added last, where no row has the word for itself ("T-90S" is no plural of "T-90"). */
  const plurals: { name: string; entry: Entry }[] = [];
  const later = (names: readonly string[], entry: Entry): void => {
    for (const name of names) plurals.push({ name: `${name}s`, entry });
  };
  /** Adds the name and the aliases of a row; those that are common words need what tells that the row is meant. */
  const addNamed = (row: Row, { name, aliases = [], common = false }: Named, entry: Entry, needs: Needs): Entry[] => {
    const names = [name, ...aliases];
    const isCommon = (text: string): boolean => (Array.isArray(common) ? common.includes(text) : common);
    for (const text of Array.isArray(common) ? common : []) {
      if (!names.includes(text))
        claims.problem(row, `"${text}" under common is no name of the row`, 'add it to the aliases, too');
    }
    const guarded: Entry = { ...entry, needs, plain: entry };
    add(
      row,
      names.filter((text) => !isCommon(text)),
      entry,
    );
    add(row, names.filter(isCommon), guarded);
    return names.map((text) => (isCommon(text) ? guarded : entry));
  };
  const known = (row: Row, code: string): string => {
    if (!partyNames.has(code))
      claims.problem(
        row,
        `"${code}" is neither a country nor an organisation`,
        'mend it, or add its row to countries.yaml or organizations.yaml first',
      );
    return code;
  };
  const knownCountry = (row: Row, code: string): string => {
    if (!countries.has(code))
      claims.problem(row, `"${code}" is no country of countries.yaml`, 'mend the code or add the country first');
    return code;
  };
  const byName = ({ name }: { name: string }): string => name;
  const byCode = ({ code }: { code: string }): string => code;

  each('ambiguous', load('ambiguous', files.ambiguous).rows, byName, ({ name }, row) => claims.share(row, name));

  const organizations = load('organizations', files.organizations).rows;
  const countryRows = load('countries', files.countries).rows;
  for (const { code, names } of countryRows) partyNames.set(code, names[0] ?? code);
  for (const { code, names } of organizations) partyNames.set(code, names.find((n) => n.length > code.length) ?? code);

  each('countries', countryRows, byCode, ({ code, names, demonyms, seats }, row) => {
    claims.id(row, code);
    countries.add(code);
    const entry = (form: 'name' | 'demonym' | 'seat'): Entry => ({
      kind: 'country',
      party: code,
      name: names[0] ?? code,
      form,
    });
    add(row, names, entry('name'));
    add(row, demonyms, entry('demonym'));
    later(
      demonyms.filter((text) => /[^shxz]$/.test(text)),
      entry('demonym'),
    );
    add(row, seats, entry('seat'));
  });
  each('organizations', organizations, byCode, (data, row) => {
    claims.id(row, data.code);
    if (countries.has(data.code)) claims.problem(row, `${data.code} is the code of a country`, 'give it another one');
    const party = known(row, data.for ?? data.code);
    const name = data.names[0] ?? data.code;
    add(row, data.names, { kind: 'organization', party, name, own: data.for === undefined });
  });
  each('bodies', load('bodies', files.bodies).rows, byName, (data, row) => {
    const party = known(row, data.for);
    addNamed(row, data, { kind: 'body', party, name: data.name }, 'country');
  });
  const firms = load('firms', files.firms);
  const firmWords = folded(firms.context);
  each('firms', firms.rows, byName, (data, row) => {
    const party = known(row, data.for);
    addNamed(row, data, { kind: 'firm', party, name: data.name }, firmWords);
  });
  each('programmes', load('programmes', files.programmes).rows, byCode, (data, row) => {
    claims.id(row, data.code);
    const party = data.with === undefined ? null : known(row, data.with);
    const members = (data.members ?? []).map((code) => known(row, code));
    const name = data.names.at(-1) ?? data.code;
    add(row, data.names, { kind: 'programme', party, members, code: data.code, name });
  });
  const equipment = load('equipment', files.equipment);
  const classes = new Map(Object.entries(equipment.classes).map(([name, { context }]) => [name, folded(context)]));
  each('equipment', equipment.rows, byName, (data, row) => {
    const context = classes.get(data.class);
    if (!context)
      claims.problem(row, `there is no class "${data.class}"`, `take one of ${[...classes.keys()].join(', ')}`);
    const maker = known(row, data.maker);
    const party = countries.has(maker) ? maker : null;
    const entry: Entry = { kind: 'equipment', party, name: data.name, class: data.class };
    const names = [data.name, ...(data.aliases ?? [])];
    for (const [at, added] of addNamed(row, data, entry, context ?? new Set()).entries()) {
      later(
        [names[at] ?? ''].filter((text) => !/[sxz]$/i.test(text)),
        added,
      );
    }
  });
  const exercises = load('exercises', files.exercises);
  const exerciseWords = folded(exercises.context);
  each('exercises', exercises.rows, byName, (data, row) => {
    const hosts = (data.hosts ?? []).map((code) => known(row, code));
    addNamed(row, data, { kind: 'exercise', party: null, name: data.name, hosts }, exerciseWords);
  });
  each('ranks', load('ranks', files.ranks).rows, byName, ({ name, kind }, row) =>
    add(row, [name], { kind: 'rank', party: null, name, address: kind === 'address' }),
  );
  each('posts', load('posts', files.posts).rows, byName, (data, row) =>
    add(row, [data.name], {
      kind: 'post',
      party: data.for === undefined ? null : known(row, data.for),
      name: data.name,
    }),
  );
  each('places', load('places', files.places).rows, byName, ({ name, country }, row) =>
    add(row, [name], { kind: 'place', party: null, name, country: knownCountry(row, country) }),
  );
  each('officials', load('officials', files.officials).rows, byName, (data, row) =>
    add(row, [data.name], { kind: 'official', party: known(row, data.for), name: data.name }),
  );
  each('decoys', load('decoys', files.decoys).rows, byName, ({ name }, row) =>
    add(row, [name], { kind: 'decoy', party: null, name }),
  );
  each('outlets', load('outlets', files.outlets).rows, byName, (data, row) => {
    outlets.set(foldWord(data.name), known(row, data.for));
  });
  claims.settle();
  for (const { name, entry } of plurals) if (!claims.has(name)) gazetteer.add(name, entry);
  return { gazetteer, partyNames, countries, outlets, counts };
}

const folded = (words: readonly string[]): ReadonlySet<string> => new Set(words.map(foldWord));
