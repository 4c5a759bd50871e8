/**
 * Trains every model of classify and extract on coded articles and writes config/weights/.
 * usage: npm run train -- [--all] GOLD.jsonl...   (without --all a third of the articles is left out for validation)
 */
import { spawnSync } from 'node:child_process';

for (const script of ['train-relevance', 'train-extraction']) {
  process.stdout.write(`${script}\n`);
  const { status } = spawnSync('npx', ['tsx', `scripts/${script}.ts`, ...process.argv.slice(2)], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
