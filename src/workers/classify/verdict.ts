import type { ArticleText } from '../../shared/model/article.js';
import type { RecordType, Verdict } from '../../shared/model/record.js';
import { type Document, readDocument } from '../../shared/text/document.js';
import type { Scorer } from '../../shared/text/linear.js';
import type { Rules } from '../../shared/text/rules.js';
import { articleSignals, type Signal } from './signals.js';

/** Languages whose articles the rules can judge and extract from (BCP 47 primary tags). */
export const readableLanguages: readonly string[] = ['en'];

const MAX_EVIDENCE = 8;
const MAX_QUOTE = 300;
const MAX_WEIGHTS = 8;

/** Judges whether an article is about defence cooperation. Pure; spans refer to `article.text`. */
export function classifyArticle(article: ArticleText, rules: Rules): Verdict {
  const document = readDocument(article, rules);
  const { features, signals, types } = articleSignals(document, rules);
  const language = article.language?.split('-')[0] ?? 'und';
  const model = rules.models.get('relevance');
  const readable = language === 'und' || readableLanguages.includes(language);
  const score = !readable || !namesParties(document) ? 0 : model ? model.score(features) : plainScore(features);
  const relevant = score >= (model?.threshold ?? 0.5);
  return {
    relevant,
    score: Math.round(score * 10_000) / 10_000,
    types: typesOf(types),
    sectors: [...new Set(typesOf(types).flatMap((type) => rules.taxonomy.sectors[type] ?? []))],
    language,
    weights: model ? heaviest(features, model) : [],
    evidence: evidenceOf(document, signals),
    rules: rules.version,
  };
}

/** Cooperation needs parties: a text that names no state and no organisation tells of none. */
const namesParties = ({ title, body, home }: Document): boolean =>
  home !== null || [...title.mentions, ...body.mentions].some(({ entry }) => entry.party !== null);

function plainScore(features: ReadonlyMap<string, number>): number {
  return Math.min(1, (features.get('acts') ?? 0) * 0.3);
}

/** The features that moved the score most. */
function heaviest(features: ReadonlyMap<string, number>, model: Scorer): Verdict['weights'] {
  return [...features]
    .map(([feature, value]) => ({ feature, logOdds: Math.round(model.weight(feature) * value * 100) / 100 }))
    .filter(({ logOdds }) => logOdds !== 0)
    .sort((a, b) => Math.abs(b.logOdds) - Math.abs(a.logOdds) || (a.feature < b.feature ? -1 : 1))
    .slice(0, MAX_WEIGHTS);
}

const typesOf = (types: ReadonlyMap<RecordType, number>): RecordType[] =>
  [...types].sort((a, b) => b[1] - a[1]).map(([type]) => type);

/** The sentences that spoke loudest for the verdict, in the order of the text. */
function evidenceOf(document: Document, signals: readonly Signal[]): Verdict['evidence'] {
  return [...signals]
    .sort((a, b) => b.strength - a.strength || a.start - b.start)
    .slice(0, MAX_EVIDENCE)
    .sort((a, b) => a.start - b.start)
    .map(({ start, end, signal }) => {
      const stop = Math.min(end, start + MAX_QUOTE);
      return { start, end: stop, quote: document.body.text.slice(start, stop), signal };
    });
}
