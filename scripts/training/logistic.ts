import type { Features } from '../../src/shared/text/linear.js';

export interface Example {
  features: Features;
  label: boolean;
  weight?: number;
}

interface Row {
  at: Int32Array;
  values: Float64Array;
  label: number;
  weight: number;
}

const MEMORY = 8;

/**
 * Fits a logistic model with an L2 penalty to its optimum by L-BFGS (Nocedal and Wright, Numerical Optimization,
 * algorithm 7.5) with backtracking. The same examples in the same order give the same weights.
 */
export function fitLogistic(
  examples: readonly Example[],
  options: { l2: number; steps?: number },
): { bias: number; weights: Map<string, number> } {
  const names = new Map<string, number>();
  const rows = examples.map(
    ({ features, label, weight = 1 }): Row => ({ ...compact(features, names), label: label ? 1 : 0, weight }),
  );
  const solution = minimize((point) => lossAndSlope(rows, point, options.l2), names.size + 1, options.steps ?? 150);
  return {
    bias: solution[names.size] ?? 0,
    weights: new Map([...names].map(([name, index]): [string, number] => [name, solution[index] ?? 0])),
  };
}

/** Features as numbered coordinates; `names` grows by those that it does not know. */
export function compact(features: Features, names: Map<string, number>): Pick<Row, 'at' | 'values'> {
  const at = new Int32Array(features.size);
  const values = new Float64Array(features.size);
  let i = 0;
  for (const [name, value] of features) {
    const index = names.get(name) ?? names.size;
    names.set(name, index);
    at[i] = index;
    values[i++] = value;
  }
  return { at, values };
}

type Judge = (point: Float64Array) => { loss: number; slope: Float64Array };

/** Weighted log loss and its gradient; the last coordinate is the bias, which is not penalised. */
function lossAndSlope(rows: readonly Row[], point: Float64Array, l2: number) {
  const last = point.length - 1;
  const slope = new Float64Array(point.length);
  let loss = 0;
  for (let i = 0; i < last; i++) {
    const weight = point[i] ?? 0;
    loss += 0.5 * l2 * weight * weight;
    slope[i] = l2 * weight;
  }
  for (const { at, values, label, weight } of rows) {
    let sum = point[last] ?? 0;
    for (let i = 0; i < at.length; i++) sum += (point[at[i] ?? 0] ?? 0) * (values[i] ?? 0);
    const signed = label === 1 ? sum : -sum;
    loss += weight * (signed > 0 ? Math.log1p(Math.exp(-signed)) : Math.log1p(Math.exp(signed)) - signed);
    const error = weight * (1 / (1 + Math.exp(-sum)) - label);
    for (let i = 0; i < at.length; i++) {
      const index = at[i] ?? 0;
      slope[index] = (slope[index] ?? 0) + error * (values[i] ?? 0);
    }
    slope[last] = (slope[last] ?? 0) + error;
  }
  return { loss, slope };
}

function minimize(judge: Judge, size: number, steps: number): Float64Array {
  let point: Float64Array = new Float64Array(size);
  let { loss, slope } = judge(point);
  const past: { move: Float64Array; turn: Float64Array; rho: number }[] = [];
  for (let step = 0; step < steps && Math.sqrt(dot(slope, slope)) > 1e-4 * Math.max(1, size ** 0.5); step++) {
    const way = direction(slope, past);
    const fall = dot(way, slope);
    let length = past.length === 0 ? 1 / Math.max(1, Math.sqrt(dot(slope, slope))) : 1;
    let next = judge(plus(point, way, length));
    while (next.loss > loss + 1e-4 * length * fall && length > 1e-10) {
      length /= 2;
      next = judge(plus(point, way, length));
    }
    const move = way.map((value) => value * length);
    const turn = plus(next.slope, slope, -1);
    const bend = dot(move, turn);
    if (bend > 1e-12) past.push({ move, turn, rho: 1 / bend });
    if (past.length > MEMORY) past.shift();
    point = plus(point, way, length);
    const gain = loss - next.loss;
    ({ loss, slope } = next);
    if (gain < 1e-8 * Math.abs(loss)) break;
  }
  return point;
}

function direction(slope: Float64Array, past: readonly { move: Float64Array; turn: Float64Array; rho: number }[]) {
  let way: Float64Array = slope.map((value) => -value);
  const shares: number[] = [];
  for (const { move, turn, rho } of [...past].reverse()) {
    const share = rho * dot(move, way);
    shares.push(share);
    way = plus(way, turn, -share);
  }
  const newest = past.at(-1);
  if (newest) {
    const scale = 1 / (newest.rho * dot(newest.turn, newest.turn));
    way = way.map((value) => value * scale);
  }
  for (const { move, turn, rho } of past) {
    const share = shares.pop() ?? 0;
    way = plus(way, move, share - rho * dot(turn, way));
  }
  return way;
}

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
};

const plus = (a: Float64Array, b: Float64Array, times: number): Float64Array =>
  a.map((value, i) => value + times * (b[i] ?? 0));
