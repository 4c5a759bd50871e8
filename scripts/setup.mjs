// Makes a fresh clone ready to run: Node modules, redis-server, the compiled code. Plain JavaScript without imports
// from node_modules, since it runs before they are there. Does nothing that has been done already.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const at = (...parts) => join(root, ...parts);
const say = (text) => process.stderr.write(`${text}\n`);
const fail = (text) => {
  say(text);
  process.exit(1);
};
const works = (command, ...args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const run = (command, ...args) => execFileSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  fail(`Node.js 20.19 or newer is needed; this is ${process.versions.node}. See https://nodejs.org/en/download`);
}

const installed = at('node_modules', '.package-lock.json');
if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(at('package-lock.json')).mtimeMs) {
  say('Installing Node modules (npm ci) ...');
  run(process.platform === 'win32' ? 'npm.cmd' : 'npm', 'ci', '--no-audit', '--no-fund');
}

if (!process.env.REDIS_URL && !works('redis-server', '--version')) installRedis();

function installRedis() {
  // Only ways that ask nothing: as root, with a sudo that needs no password, or with Homebrew.
  const asRoot = process.getuid?.() === 0 ? [] : works('sudo', '-n', 'true') ? ['sudo', '-n'] : null;
  const ways = [
    asRoot && works('apt-get', '--version') && [...asRoot, 'apt-get', 'install', '-y', '-qq', 'redis-server'],
    asRoot && works('dnf', '--version') && [...asRoot, 'dnf', 'install', '-y', 'redis'],
    asRoot && works('apk', '--version') && [...asRoot, 'apk', 'add', 'redis'],
    works('brew', '--version') && ['brew', 'install', 'redis'],
  ].filter(Boolean);
  for (const [command, ...args] of ways) {
    say(`Installing redis-server (${[command, ...args].join(' ')}) ...`);
    try {
      if (args.includes('apt-get') || command === 'apt-get') {
        run(command, ...args.slice(0, args.indexOf('install')), 'update', '-qq');
      }
      run(command, ...args);
    } catch {
      continue;
    }
    if (works('redis-server', '--version')) return;
  }
  fail(
    'redis-server is needed and could not be installed without asking you. Install it and run this again:\n' +
      '  Debian, Ubuntu:  sudo apt-get install redis-server\n' +
      '  Fedora:          sudo dnf install redis\n' +
      '  macOS:           brew install redis\n' +
      'or name a running Redis 6.2 or newer in REDIS_URL.',
  );
}

// A production install has no compiler and comes with dist/ built.
const compiler = at('node_modules', 'typescript', 'bin', 'tsc');
if (existsSync(compiler)) run(process.execPath, compiler, '-p', at('tsconfig.json'));
const entry = at('dist', 'cli', 'index.js');
if (!existsSync(entry)) fail('dist/ is missing and the compiler is not installed; run "npm ci" and "npm run build".');
chmodSync(entry, 0o755);
