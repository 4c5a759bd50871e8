import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Feed } from '../../../src/shared/model/feed.js';
import { readFeed } from '../../../src/workers/poll/reader.js';

const FOLDER = '../shared/data/feeds';
const Case = z.object({ file: z.string(), headers: z.record(z.string(), z.string()) });
const isThere = existsSync(`${FOLDER}/cases.jsonl`);
if (!isThere)
  console.log(`skipped: ${FOLDER}/cases.jsonl is not there; the feeds of others are no part of the project`);

describe.skipIf(!isThere)('feeds of others', () => {
  it('reads all but two of them, each into the shape of the model', async () => {
    const lines = readFileSync(`${FOLDER}/cases.jsonl`, 'utf8').split('\n').filter(Boolean);
    const refused: string[] = [];
    for (const line of lines) {
      const { file, headers } = Case.parse(JSON.parse(line));
      const feed = await readFeed(readFileSync(`${FOLDER}/${file}`), headers, null).catch((error: unknown) =>
        String(error),
      );
      if (typeof feed === 'string') refused.push(`${file}: ${feed}`);
      else Feed.parse(feed);
    }
    expect(lines.length).toBeGreaterThan(2000);
    expect(refused.length, refused.join('\n')).toBeLessThanOrEqual(2);
  });
});
