import type { Clock } from '../../src/shared/clock.js';

/**
 * A clock that stands still until it is told to go on to the next moment at which somebody wakes. What happens between
 * two moments takes no time at all, so a week passes as fast as its work is done.
 */
export class SimulatedClock implements Clock {
  private timers: { atMs: number; wake: () => void }[] = [];
  /** Called when somebody goes to sleep. */
  onSleep = (): void => {};

  constructor(private ms: number) {}

  now(): number {
    return this.ms;
  }

  /** How many wait in `sleep`. */
  get sleepers(): number {
    return this.timers.length;
  }

  /** When the next one wakes; Infinity when nobody sleeps. */
  get nextMs(): number {
    return Math.min(...this.timers.map((timer) => timer.atMs));
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      // Whole milliseconds, as a real clock has them: Redis hands on no fractions.
      const timer = { atMs: Math.ceil(this.ms + ms), wake: resolve };
      this.timers.push(timer);
      this.onSleep();
      signal?.addEventListener('abort', () => {
        this.timers = this.timers.filter((one) => one !== timer);
        reject(signal.reason);
      });
    });
  }

  /** Sets the time, never back, and wakes who is due. */
  advanceTo(ms: number): void {
    this.ms = Math.max(this.ms, Math.ceil(ms));
    const due = this.timers.filter((timer) => timer.atMs <= this.ms);
    this.timers = this.timers.filter((timer) => timer.atMs > this.ms);
    for (const { wake } of due) wake();
  }
}
