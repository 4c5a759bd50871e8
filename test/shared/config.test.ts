import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError, loadConfig, projectDir, resolveFile } from '../../src/shared/config.js';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'communique-config-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

interface Layers {
  yaml?: string;
  env?: Record<string, string>;
  set?: string[];
  file?: string;
}

function load({ yaml, env = {}, set = [], file }: Layers = {}) {
  if (yaml !== undefined) writeFileSync(join(cwd, 'communique.yaml'), yaml);
  return loadConfig({ env, set, cwd, ...(file ? { file } : {}) });
}

/** The message that the operator reads. */
function complaint(layers: Layers): string {
  try {
    load(layers);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return error instanceof Error ? error.message : '';
  }
  throw new Error('the configuration was taken');
}

describe('the layers of the configuration', () => {
  it('begins with defaults that are valid, embedded and closed to the network', () => {
    const config = load();
    expect(config.redis.url).toBeNull();
    expect(config.database.url).toBeNull();
    expect(config.server).toMatchObject({ host: '127.0.0.1', port: 3000, password: null });
    expect(config.fetch.allowAddresses).toEqual([]);
    expect(config.dataDir).toBe(join(cwd, '.communique'));
  });

  it('lets the file win over the defaults, the environment over the file, --set over all', () => {
    const yaml = 'server:\n  port: 4001\n  username: ana\nlog:\n  level: warn\n';
    expect(load({ yaml }).server).toMatchObject({ port: 4001, username: 'ana', host: '127.0.0.1' });
    const env = { COMMUNIQUE_SERVER__PORT: '4002' };
    expect(load({ yaml, env }).server).toMatchObject({ port: 4002, username: 'ana' });
    expect(load({ yaml, env, set: ['server.port=4003'] }).server.port).toBe(4003);
    expect(load({ yaml, env, set: ['server.port=4003', 'server.port=4004'] }).server.port).toBe(4004);
  });

  it('reads the file that was named instead of communique.yaml, from the working directory', () => {
    mkdirSync(join(cwd, 'other'));
    writeFileSync(join(cwd, 'other', 'mine.yaml'), 'server: { port: 4005 }');
    expect(load({ yaml: 'server: { port: 4001 }', file: 'other/mine.yaml' }).server.port).toBe(4005);
  });

  it('takes an empty file for no settings', () => {
    expect(load({ yaml: '# nothing yet\n' }).server.port).toBe(3000);
  });

  it('replaces lists and merges maps', () => {
    const yaml = 'fetch:\n  allowAddresses: [10.0.0.0/8, 192.168.0.0/16]\n';
    expect(load({ yaml, set: ['fetch.allowAddresses=[127.0.0.0/8]'] }).fetch).toMatchObject({
      allowAddresses: ['127.0.0.0/8'],
      maxRedirects: 5,
    });
  });

  it('matches the names of the environment without case', () => {
    const env = {
      COMMUNIQUE_DATADIR: 'data',
      COMMUNIQUE_Fetch__hostGapMs: '5',
      COMMUNIQUE_EMIT__JSONL__ENABLED: 'false',
      COMMUNIQUE_FETCH__ALLOWADDRESSES: '[10.1.0.0/16]',
    };
    const config = load({ env });
    expect(config.dataDir).toBe(join(cwd, 'data'));
    expect(config.fetch).toMatchObject({ hostGapMs: 5, allowAddresses: ['10.1.0.0/16'] });
    expect(config.emit.jsonl.enabled).toBe(false);
  });

  it('takes the settings of a stage from each layer, in the case that environments have', () => {
    expect(load({ set: ['stages.clean.limitMs=900'] }).stages).toEqual({ clean: { limitMs: 900 } });
    expect(load({ env: { COMMUNIQUE_STAGES__CLEAN__LIMITMS: '900' } }).stages).toEqual({ clean: { limitMs: 900 } });
    expect(load({ yaml: 'stages: { clean: { concurrency: 2 } }' }).stages).toEqual({ clean: { concurrency: 2 } });
  });

  it('knows the usual names of the two addresses, which the own names overrule', () => {
    const env = { REDIS_URL: 'redis://r.example:6379/1', DATABASE_URL: 'postgres://u:p@d.example/c' };
    expect(load({ env }).redis.url).toBe(env.REDIS_URL);
    expect(load({ env }).database.url).toBe(env.DATABASE_URL);
    const own = { ...env, COMMUNIQUE_REDIS__URL: 'redis://own.example:6379' };
    expect(load({ env: own }).redis.url).toBe('redis://own.example:6379');
    expect(load({ env, set: ['redis.url=null'] }).redis.url).toBeNull();
  });

  it('leaves variables of others and empty addresses alone', () => {
    expect(load({ env: { PORT: '1', REDIS_URL: '', SERVER__PORT: '2' } }).server.port).toBe(3000);
  });

  it.each(['12345678', '#hunter2', 'two words #and more', 'yes', '[x', '{a: b}', '*star'])(
    'takes a password as it is written: %s',
    (password) => {
      expect(load({ env: { COMMUNIQUE_SERVER__PASSWORD: password } }).server.password).toBe(password);
      expect(load({ set: [`server.password=${password}`] }).server.password).toBe(password);
    },
  );
});

describe('what the configuration refuses', () => {
  it.each([
    ['in the file', { yaml: 'server:\n  prot: 1\n' }, ['communique.yaml', 'server.prot']],
    ['at the top of the file', { yaml: 'sever: {}\n' }, ['communique.yaml', 'sever']],
    ['in the environment', { env: { COMMUNIQUE_SERVER__PROT: '1' } }, ['COMMUNIQUE_SERVER__PROT', 'SERVER.PROT']],
    ['in --set', { set: ['server.prot=1'] }, ['--set server.prot:']],
    ['of a stage', { set: ['stages.clean.speed=1'] }, ['stages.clean.speed']],
    ['below a setting', { set: ['server.port.x=1'] }, ['--set server.port.x:']],
  ] satisfies [string, Layers, string[]][])('names an unknown setting %s with its place', (_where, layers, parts) => {
    const said = complaint(layers);
    expect(said).toContain('unknown setting');
    for (const part of parts) expect(said).toContain(part);
  });

  it.each([
    ['server.port=abc', 'server.port'],
    ['server.port=70000', 'server.port'],
    ['server.host=', 'server.host'],
    ['fetch.allowAddresses=[10.0.0.0]', 'fetch.allowAddresses.0'],
    ['fetch.allowAddresses=10.0.0.0/8', 'fetch.allowAddresses'],
    ['fetch.product=two words', 'a product token'],
    ['redis.url=http://example.org', 'redis.url'],
    ['database.url=mysql://x/y', 'database.url'],
    ['redis.prefix=a:b', 'redis.prefix'],
    ['log.level=loud', 'log.level'],
    ['stages.clean.concurrency=0', 'stages.clean.concurrency'],
    ['dataDir=', 'dataDir'],
    ['log=debug', 'log'],
  ])('refuses %s and names the setting', (set, name) => {
    const said = complaint({ set: [set] });
    expect(said).toContain('not valid');
    expect(said).toContain(name);
    expect(said).toContain(`set in --set ${set.slice(0, set.indexOf('='))}`);
  });

  it('names every bad value at once', () => {
    const said = complaint({ yaml: 'server: { port: x }\nlog: { level: loud }\n' });
    expect(said).toContain('server.port');
    expect(said).toContain('log.level');
  });

  it('names the file that is missing, broken, or no map', () => {
    expect(complaint({ file: 'nowhere.yaml' })).toMatch(/nowhere\.yaml: no such file/);
    expect(complaint({ yaml: 'server: [1\n' })).toContain('communique.yaml: ');
    expect(complaint({ yaml: 'server:\n  port: 1\n  port: 2\n' })).toContain('communique.yaml: ');
    expect(complaint({ yaml: '- a\n- b\n' })).toContain('expected settings');
  });

  it.each(['port', '=3', ''])('refuses "--set %s", which is no name=value', (pair) => {
    expect(complaint({ set: [pair] })).toContain('expected name=value');
  });
});

describe('files named in the configuration', () => {
  it('come from the working directory where they are there, else from the project', () => {
    expect(resolveFile('config/sources.yaml', cwd)).toBe(join(projectDir, 'config', 'sources.yaml'));
    mkdirSync(join(cwd, 'config'));
    writeFileSync(join(cwd, 'config', 'sources.yaml'), 'sources: []\n');
    expect(resolveFile('config/sources.yaml', cwd)).toBe(join(cwd, 'config', 'sources.yaml'));
  });
});
