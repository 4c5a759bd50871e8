import type { CloudEvent } from '../../shared/model/event.js';

/** Where events go. `deliver` resolves when they are safe there; it may get the same event again. */
export interface Sink {
  name: string;
  deliver(events: readonly CloudEvent[]): Promise<void>;
}
