import { describe, expect, it } from 'vitest';
import { Batcher } from '../../src/shared/batch.js';
import { systemClock } from '../../src/shared/clock.js';

/** A flush that remembers its batches and answers with ten times the item. */
function tenfold(bad: (items: number[]) => boolean = () => false) {
  const batches: number[][] = [];
  const flush = async (items: number[]) => {
    batches.push(items);
    await systemClock.sleep(5);
    if (bad(items)) throw new Error(`a bad one among ${items.join()}`);
    return items.map((item) => item * 10);
  };
  return { batches, flush };
}

const HOUR = 3_600_000;

describe('micro-batches', () => {
  it('go out as soon as they are full', async () => {
    const { batches, flush } = tenfold();
    const batcher = new Batcher(flush, { maxItems: 3, maxWaitMs: HOUR, inFlight: 2 });
    expect(await Promise.all([1, 2, 3, 4, 5, 6].map((item) => batcher.add(item)))).toEqual([10, 20, 30, 40, 50, 60]);
    expect(batches).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
  });

  it('go out when the first item has waited long enough', async () => {
    const { batches, flush } = tenfold();
    const batcher = new Batcher(flush, { maxItems: 100, maxWaitMs: 30, inFlight: 1 });
    const before = Date.now();
    expect(await Promise.all([1, 2].map((item) => batcher.add(item)))).toEqual([10, 20]);
    expect(Date.now() - before).toBeGreaterThanOrEqual(29);
    expect(batches).toEqual([[1, 2]]);
  });

  it('never hold more than they may, and never run more at once', async () => {
    let running = 0;
    let most = 0;
    const sizes: number[] = [];
    const batcher = new Batcher<number, number>(
      async (items) => {
        most = Math.max(most, ++running);
        sizes.push(items.length);
        await systemClock.sleep(5);
        running--;
        return items;
      },
      { maxItems: 10, maxWaitMs: 1, inFlight: 2 },
    );
    const given = Array.from({ length: 105 }, (_, n) => n);
    expect(await Promise.all(given.map((item) => batcher.add(item)))).toEqual(given);
    expect(most).toBe(2);
    expect(Math.max(...sizes)).toBe(10);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(105);
  });

  it('take what came while the others were under way', async () => {
    const { batches, flush } = tenfold();
    const batcher = new Batcher(flush, { maxItems: 2, maxWaitMs: 1, inFlight: 1 });
    const first = batcher.add(1);
    await systemClock.sleep(4);
    const late = [2, 3, 4].map((item) => batcher.add(item));
    expect(await Promise.all([first, ...late])).toEqual([10, 20, 30, 40]);
    expect(batches).toEqual([[1], [2, 3], [4]]);
  });

  it('let one bad item fail alone, and the batches after it work', async () => {
    const { batches, flush } = tenfold((items) => items.includes(2));
    const batcher = new Batcher(flush, { maxItems: 3, maxWaitMs: 5, inFlight: 1 });
    const results = await Promise.allSettled([1, 2, 3].map((item) => batcher.add(item)));
    expect(results).toMatchObject([
      { status: 'fulfilled', value: 10 },
      { status: 'rejected', reason: { message: 'a bad one among 2' } },
      { status: 'fulfilled', value: 30 },
    ]);
    expect(batches).toEqual([[1, 2, 3], [1], [2], [3]]);
    expect(await batcher.add(4)).toBe(40);
  });

  it('give false back as a result, not as the lack of one', async () => {
    const batcher = new Batcher<number, boolean>(async (items) => items.map((item) => item > 1), {
      maxItems: 2,
      maxWaitMs: HOUR,
      inFlight: 1,
    });
    expect(await Promise.all([batcher.add(1), batcher.add(2)])).toEqual([false, true]);
  });

  it('fail an item that a flush has forgotten instead of leaving its caller waiting', async () => {
    const batcher = new Batcher<number, number>(async ([first = 0]) => [first], {
      maxItems: 2,
      maxWaitMs: HOUR,
      inFlight: 1,
    });
    const results = await Promise.allSettled([batcher.add(1), batcher.add(2)]);
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected']);
  });
});
