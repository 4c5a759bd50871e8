import { z } from 'zod';
import type { Clock } from '../shared/clock.js';
import type { Config } from '../shared/config.js';
import { StageFailure } from '../shared/failures.js';
import type { HttpClient } from '../shared/http/client.js';
import type { ArtifactName } from '../shared/model/stages.js';
import type { Llm } from './extract/llm/client.js';
import type { Threads } from './threads.js';

/** What a stage may use. It gets no queue and no database: bind.ts loads what it needs and keeps what it makes. */
export interface StageDeps {
  config: Config;
  /** Stages ask and send nothing. */
  http: Omit<HttpClient, 'post'>;
  threads: Threads;
  clock: Clock;
  /** A language model of the operator's choice; null when there is none. */
  llm: Llm | null;
}

export interface StageContext {
  /** Aborted when the service stops and cannot wait any longer. */
  stop: AbortSignal;
  /** Time limit of one attempt, in milliseconds: of a request with its redirects, or of work in a thread. */
  limitMs: number;
  /** The job, the same when it comes back: who asks at the host gate. */
  member: string;
  /** Say why: `inspect --explain` asks, the service does not. */
  explain?: boolean;
}

/**
 * A stage is a pure function between two schemas. `input` is an object whose keys are `article` (or `source`) and the
 * artifacts that it needs; an optional key is loaded where it is there. `makes` names its output among the artifacts,
 * or says that it yields sightings (poll) or settles the article (the last stage).
 */
export interface StageDefinition<Shape extends z.ZodRawShape, Output extends z.ZodType> {
  name: string;
  input: z.ZodObject<Shape>;
  makes: ArtifactName | 'sightings' | 'settlement';
  output: Output;
  run(input: z.output<z.ZodObject<Shape>>, deps: StageDeps, context: StageContext): Promise<z.output<Output>>;
}

/** A stage whose types have been checked and forgotten, so that all of them fit in one table. */
export interface Stage {
  name: string;
  shape: Readonly<Record<string, z.core.$ZodType>>;
  makes: ArtifactName | 'sightings' | 'settlement';
  output: z.ZodType;
  /** Throws `StageFailure`; `stage/bad-output` when input or output does not fit its schema. */
  run(input: unknown, deps: StageDeps, context: StageContext): Promise<unknown>;
}

function checked<Schema extends z.ZodType>(schema: Schema, value: unknown, what: string): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new StageFailure('stage/bad-output', `${what}: ${z.prettifyError(result.error)}`);
}

export function defineStage<Shape extends z.ZodRawShape, Output extends z.ZodType>(
  definition: StageDefinition<Shape, Output>,
): Stage {
  const { name, input, output } = definition;
  return {
    ...definition,
    shape: input.shape,
    async run(raw, deps, context) {
      const made = await definition.run(checked(input, raw, `input of ${name}`), deps, context);
      return checked(output, made, `output of ${name}`);
    },
  };
}
