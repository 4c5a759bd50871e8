export interface Sample {
  name: string;
  labels: Readonly<Record<string, string | undefined>>;
  value: number;
}

/** The samples of a page in Prometheus' text format, as /metrics writes it: no timestamps, no escapes in labels. */
export function readSamples(text: string): Sample[] {
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = /^([a-z_]\w*)(?:\{(.*)\})? (\S+)$/i.exec(line) ?? [];
    if (name === undefined || value === undefined) return [];
    const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', set = '']) => [key, set]);
    return [{ name, labels: Object.fromEntries(pairs), value: Number(value) }];
  });
}

/** A quantile of a histogram, straight between the bounds of its bucket as histogram_quantile() has it; null without data. */
export function quantile(samples: readonly Sample[], name: string, stage: string, part: number): number | null {
  const buckets = samples
    .filter((sample) => sample.name === `${name}_bucket` && sample.labels.stage === stage)
    .map(({ labels, value }) => ({ bound: labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels.le), value }))
    .sort((a, b) => a.bound - b.bound);
  const wanted = (buckets.at(-1)?.value ?? 0) * part;
  if (wanted === 0) return null;
  let below = { bound: 0, value: 0 };
  for (const bucket of buckets) {
    if (bucket.value >= wanted) {
      if (bucket.bound === Number.POSITIVE_INFINITY) return below.bound;
      return below.bound + ((bucket.bound - below.bound) * (wanted - below.value)) / (bucket.value - below.value);
    }
    below = bucket;
  }
  return null;
}
