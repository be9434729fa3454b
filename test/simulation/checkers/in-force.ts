import type { Stage } from '../../../cli/stage.ts';
import { clusterOf, type Installation, type Plan, planOf } from '../../../core/plan/installation.ts';
import { type Instant, instant } from '../../../core/time/instant.ts';

/** A configuration, and when it ruled: surely, and possibly, since a deployment changes one thing after another. */
export interface InForce {
  readonly installation: Installation;
  readonly surely: { readonly from: Instant; readonly to: Instant };
  readonly possibly: { readonly from: Instant; readonly to: Instant };
}

const ALWAYS = instant(0);
const FOR_EVER = instant(Number.MAX_SAFE_INTEGER);

/** Every configuration that a stage has had, oldest first. Nothing was before the first one. */
export const everInForce = ({ deployed, now }: Stage): readonly InForce[] =>
  deployed.map(({ installation, since, settledAt = now }, n) => {
    const next = deployed[n + 1];
    return {
      installation,
      surely: { from: n === 0 ? ALWAYS : settledAt, to: next?.since ?? FOR_EVER },
      possibly: { from: n === 0 ? ALWAYS : since, to: next ? (next.settledAt ?? now) : FOR_EVER },
    };
  });

/** The plans that may have ruled a cluster between two instants; undefined stands for none. */
export function plansBetween(
  stage: Stage,
  cluster: string,
  from: Instant,
  to: Instant,
): readonly (Plan | undefined)[] {
  const ruled = everInForce(stage).filter(({ possibly }) => possibly.from <= to && possibly.to >= from);
  return [...new Set(ruled.map(({ installation }) => planIn(installation, cluster)))];
}

export function planIn(installation: Installation, name: string): Plan | undefined {
  const cluster = clusterOf(installation, name);
  return cluster && planOf(installation, cluster);
}

/** Every cluster that was ever protected. What was captured of one stays when it leaves the configuration. */
export const everProtected = ({ deployed }: Stage): readonly string[] => [
  ...new Set(deployed.flatMap(({ installation }) => installation.clusters.map(({ name }) => name))),
];

/** Whether somebody has deleted the cluster itself: nothing new can be captured of it. */
export const isGone = (stage: Stage, cluster: string): boolean => stage.orders.get(cluster)?.closed === true;
