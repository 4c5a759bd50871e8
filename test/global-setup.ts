import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Worker threads and the command line run compiled code, so the tests compile it first. Types are `npm run check`'s. */
export function setup(): void {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const compile = ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json', '--noCheck'];
  execFileSync(process.execPath, compile, { cwd: root, stdio: 'inherit' });
}
