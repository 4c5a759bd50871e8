import type { Command } from 'commander';
import { resolveArticle } from '../shared/db/reingest.js';
import { type ShownArticle, showArticle } from '../shared/db/status.js';
import { isFailureCode, meaningOf } from '../shared/failures.js';
import { UsageError, withSession } from './context.js';
import { print, printJson } from './output.js';

export function articlesCommand(program: Command): void {
  program
    .command('articles')
    .description('what became of an article')
    .command('show <id-or-url>')
    .description('where an article is in the pipeline, and why it ended so')
    .option('--json', 'print JSON, with the cleaned text and the verdict')
    .addHelpText(
      'after',
      `
Example:
  $ communique articles show https://example.org/a-visit`,
    )
    .action((idOrUrl: string, options: { json?: boolean }, command: Command) =>
      withSession(command, async ({ stores }) => {
        const id = await resolveArticle(stores.db, idOrUrl);
        const article = id && (await showArticle(stores.db, id));
        if (!article) throw new UsageError(`there is no article "${idOrUrl}"`);
        if (options.json) return printJson(article);
        tell(article);
      }),
    );
}

function tell(article: ShownArticle): void {
  print(`${article.title ?? '(no title yet)'}\n${article.url}`);
  print(`id ${article.id} · source ${article.source} · published ${article.publishedAt ?? 'unknown'}`);
  if (article.stage) print(`waits for ${article.stage} (run ${article.run})`);
  else print(`ended as ${article.outcome}: ${why(article)}`);
  if (article.duplicateOf) print(`repeats ${article.duplicateOf}`);
  for (const one of article.sightings)
    print(`seen in ${one.source} on ${one.firstSeenAt.slice(0, 16)} as ${one.url ?? one.entry}`);
  if (article.clean) print(`text: ${article.clean.wordCount} words, language ${article.clean.language}`);
  if (article.verdict)
    print(`relevance: ${article.verdict.score.toFixed(2)} (${article.verdict.types.join(', ') || 'no type'})`);
  print(`records: ${article.records.join(' ') || 'none'}`);
}

const why = ({ reason, detail }: ShownArticle): string =>
  `${reason}${reason && isFailureCode(reason) ? ` (${detail ?? meaningOf(reason)})` : ''}`;
