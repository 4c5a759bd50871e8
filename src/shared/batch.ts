/**
 * Gathers single calls into micro-batches: a batch is flushed when it holds `maxItems`, or `maxWaitMs` after its first
 * item came, and no more than `inFlight` flushes run at once. `flush` gives one result an item, in order.
 * When a batch of several fails, its items are tried one by one, so that one bad row costs nobody else.
 */
export class Batcher<Item, Result extends NonNullable<unknown>> {
  private waiting: { item: Item; resolve: (result: Result) => void; reject: (error: unknown) => void }[] = [];
  private timer: NodeJS.Timeout | undefined;
  private running = 0;

  constructor(
    private readonly flush: (items: Item[]) => Promise<Result[]>,
    private readonly limits: { maxItems: number; maxWaitMs: number; inFlight: number },
  ) {}

  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.consider();
    });
  }

  private consider(): void {
    if (this.waiting.length >= this.limits.maxItems) this.start();
    else if (this.waiting.length > 0) this.timer ??= setTimeout(() => this.start(), this.limits.maxWaitMs);
  }

  private start(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.running >= this.limits.inFlight) return;
    const batch = this.waiting.splice(0, this.limits.maxItems);
    if (batch.length === 0) return;
    this.running++;
    this.settle(batch).finally(() => {
      this.running--;
      this.consider();
    });
    this.consider();
  }

  private async settle(batch: typeof this.waiting): Promise<void> {
    try {
      const results = await this.flush(batch.map(({ item }) => item));
      batch.forEach(({ resolve, reject }, index) => {
        const result = results[index];
        if (result !== undefined) resolve(result);
        else reject(new Error('the batch gave fewer results than it had items'));
      });
    } catch (error) {
      const [only] = batch;
      if (batch.length === 1 && only) only.reject(error);
      else for (const one of batch) await this.settle([one]);
    }
  }
}
