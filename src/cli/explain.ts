import type { BlockReason, Look } from '../shared/model/article.js';
import { cut, print } from './output.js';

const BECAUSE: Record<BlockReason['because'], string> = {
  probability: '',
  companion: 'a caption, dateline or post amid the article',
  menu: 'a link among links, or inside <nav>',
  fallback: 'taken for want of better',
  'page data': "the page's own data gave the article",
};

/** Prints each piece of the page, kept (+) or dropped (-), with its probability, its kind and what weighed most. */
export function showReasons(reasons: readonly BlockReason[]): void {
  for (const { text, kind, kept, because, alone, amongOthers } of reasons) {
    const probability = amongOthers?.probability.toFixed(2) ?? '  – ';
    print(`${kept ? '+' : '-'} ${probability} ${kind.padEnd(9)} ${cut(text, 100)}`);
    if (because !== 'probability') print(`         ${BECAUSE[because]}`);
    if (alone) print(`         alone ${told(alone)}`);
    if (amongOthers) print(`         among the others ${told(amongOthers)}`);
  }
}

export const signed = (logOdds: number): string => `${logOdds > 0 ? '+' : ''}${logOdds.toFixed(2)}`;

const told = ({ probability, weights }: Look): string =>
  `${probability.toFixed(2)}: ${weights
    .filter(({ logOdds }) => Math.abs(logOdds) >= 0.01)
    .map(({ feature, logOdds }) => `${feature} ${signed(logOdds)}`)
    .join(', ')}`;
