import { createHash } from 'node:crypto';
import type { Clock } from '../../../shared/clock.js';
import { type Config, ConfigError } from '../../../shared/config.js';
import type { ArticleText } from '../../../shared/model/article.js';
import { Answer } from './answer.js';
import { PROMPT_VERSION, promptFor, SYSTEM } from './prompt.js';

export interface LlmSettings {
  /** Base of an OpenAI-compatible API, such as http://127.0.0.1:11434/v1. */
  url: string;
  name: string;
  key: string | null;
  timeoutMs: number;
  /** Requests a day (UTC) over all processes. */
  requestsPerDay: number;
  maxCharacters: number;
  maxOutputTokens: number;
}

/** What outlives a process: the day's count and the answers. */
export interface LlmStore {
  /** Counts one request of that day; false when `limit` of them were made. */
  spend(day: string, limit: number): Promise<boolean>;
  recall(key: string): Promise<unknown>;
  remember(key: string, answer: Answer): Promise<void>;
}

/** Why there is no answer: the day's budget is spent, it took too long, nobody answered, or not in the form asked for. */
export type LlmSilence = 'budget' | 'timeout' | 'unreachable' | 'bad-answer';
export type LlmReply = { answer: Answer; cached: boolean } | { silence: LlmSilence; detail: string };

/** A language model of the operator's choice. It never throws: the rules can do without it. */
export interface Llm {
  name: string;
  ask(article: ArticleText, stop: AbortSignal): Promise<LlmReply>;
}

/** The language model that the configuration asks for; null for rules alone. */
export function llmOf({ extract }: Pick<Config, 'extract'>, store: LlmStore, clock: Clock): Llm | null {
  if (extract.engine === 'rules') return null;
  const { url, name, ...rest } = extract.model;
  if (url === null || name === null) {
    throw new ConfigError(
      `extract.engine is "${extract.engine}", so extract.model.url and extract.model.name are needed`,
    );
  }
  return createLlm({ ...rest, url, name }, store, clock);
}

export function createLlm(settings: LlmSettings, store: LlmStore, clock: Clock): Llm {
  return {
    name: settings.name,
    async ask(article, stop) {
      const prompt = promptFor(article, settings.maxCharacters);
      const key = createHash('sha256')
        .update(JSON.stringify([PROMPT_VERSION, settings.name, prompt]))
        .digest('hex');
      const known = Answer.safeParse(await store.recall(key));
      if (known.success) return { answer: known.data, cached: true };
      const day = new Date(clock.now()).toISOString().slice(0, 10);
      if (!(await store.spend(day, settings.requestsPerDay))) {
        return { silence: 'budget', detail: `${settings.requestsPerDay} requests were made on ${day}` };
      }
      return request(settings, prompt, stop).then(async (reply) => {
        if ('answer' in reply) await store.remember(key, reply.answer);
        return reply;
      });
    },
  };
}

async function request(settings: LlmSettings, prompt: string, stop: AbortSignal): Promise<LlmReply> {
  // Loaded only where a model is set up: it takes a third of a second that every command would pay.
  const [{ createOpenAICompatible }, { generateText, NoObjectGeneratedError, Output }] = await Promise.all([
    import('@ai-sdk/openai-compatible'),
    import('ai'),
  ]);
  const provider = createOpenAICompatible({
    name: 'communique',
    baseURL: settings.url,
    supportsStructuredOutputs: true,
    ...(settings.key === null ? {} : { apiKey: settings.key }),
  });
  const late = AbortSignal.timeout(settings.timeoutMs);
  try {
    const { output } = await generateText({
      model: provider(settings.name),
      output: Output.object({ schema: Answer }),
      system: SYSTEM,
      prompt,
      temperature: 0,
      maxOutputTokens: settings.maxOutputTokens,
      // A second try belongs to the next run of the article; the rules answer now.
      maxRetries: 0,
      abortSignal: AbortSignal.any([late, stop]),
    });
    return { answer: output, cached: false };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    if (late.aborted) return { silence: 'timeout', detail: `${settings.timeoutMs} ms` };
    return { silence: NoObjectGeneratedError.isInstance(error) ? 'bad-answer' : 'unreachable', detail };
  }
}

/** For one-off commands: nothing outlives them. */
export function memoryLlmStore(): LlmStore {
  const answers = new Map<string, Answer>();
  const spent = new Map<string, number>();
  return {
    async spend(day, limit) {
      const before = spent.get(day) ?? 0;
      if (before >= limit) return false;
      spent.set(day, before + 1);
      return true;
    },
    recall: async (key) => answers.get(key),
    async remember(key, answer) {
      answers.set(key, answer);
    },
  };
}
