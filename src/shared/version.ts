import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { projectDir } from './config.js';

/** Version of this code, as package.json names it; stands in every record and artifact. */
export const codeVersion = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(join(projectDir, 'package.json'), 'utf8'))).version;
