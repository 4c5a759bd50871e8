import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectDir } from './config.js';

/**
 * The compiled module that a worker thread starts with. Threads load plain JavaScript, so code that runs from source
 * (tests) uses its compiled twin in dist/, which the test run builds first.
 */
export function threadFile(base: string, name: string): string {
  const [, ...below] = relative(projectDir, fileURLToPath(new URL(`./${name}.js`, base))).split(sep);
  return join(projectDir, 'dist', ...below);
}
