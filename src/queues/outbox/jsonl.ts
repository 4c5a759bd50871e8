import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Sink } from './sink.js';

/** A file with one envelope a line, flushed to disk before the events count as delivered. */
export function jsonlSink(file: string): Sink {
  return {
    name: 'jsonl',
    async deliver(events) {
      await mkdir(dirname(file), { recursive: true });
      const handle = await open(file, 'a+');
      try {
        // Half a line is what a process left that died while writing; its event is delivered again below.
        await handle.truncate(await endOfLastLine(handle));
        await handle.appendFile(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
        await handle.datasync();
      } finally {
        await handle.close();
      }
    },
  };
}

const CHUNK = 65_536;

async function endOfLastLine(handle: FileHandle): Promise<number> {
  let end = (await handle.stat()).size;
  while (end > 0) {
    const start = Math.max(0, end - CHUNK);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(end - start), 0, end - start, start);
    const newline = buffer.subarray(0, bytesRead).lastIndexOf('\n');
    if (newline >= 0) return start + newline + 1;
    end = start;
  }
  return 0;
}
