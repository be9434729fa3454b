import { FencedOff } from '../errors/registry.ts';
import { groupOf, type Installation } from '../plan/installation.ts';
import { iso } from '../time/instant.ts';
import { type Epoch, FIRST_EPOCH } from './group.ts';

/** Who writes about a grouped cluster: in which group, and from which region. */
export interface Fence {
  readonly group: string;
  /** The region that is active in the first epoch. */
  readonly home: string;
  readonly region: string;
}

/**
 * On what a write stands. `work`: a capture or a copy, that began under this number and ends where it began. `log`: what
 * became of a log, in any region, while the number is this one. `bin`: nothing expires while the active side is elsewhere.
 */
export type Claim =
  | { readonly kind: 'work' | 'log'; readonly number: number }
  | { readonly kind: 'bin'; readonly number?: never };

/** A turned installation is the other region's view of the same groups. */
export const homeOf = ({ turnedFrom, regions }: Pick<Installation, 'turnedFrom' | 'regions'>): string =>
  turnedFrom ?? regions.primary;

/** Undefined for a cluster that has no sides: nothing here concerns it. */
export const fenceOf = (installation: Installation, region: string, cluster: string): Fence | undefined => {
  const group = groupOf(installation, cluster);
  return group && { group: group.name, home: homeOf(installation), region };
};

/** The side that is active, by a record that may be missing. */
export const activeIn = (epoch: Epoch | undefined, { home }: Pick<Fence, 'home'>): string =>
  epoch?.active ?? home;
export const numberOf = (epoch: Epoch | undefined): number => epoch?.number ?? FIRST_EPOCH;

/** Whether a claim stands in an epoch. */
export function stands(claim: Claim, epoch: Epoch | undefined, fence: Fence): boolean {
  if (claim.kind === 'bin') return activeIn(epoch, fence) === fence.home;
  if (claim.number !== numberOf(epoch)) return false;
  return claim.kind === 'log' || activeIn(epoch, fence) === fence.region;
}

/** What is said to whoever is on the wrong side, or late. */
export function fencedOff(cluster: string, epoch: Epoch | undefined, fence: Fence, claim?: Claim): FencedOff {
  const { group, region } = fence;
  const active = activeIn(epoch, fence);
  const since = epoch ? `, since ${iso(epoch.since)}` : '';
  const by = epoch?.move === undefined ? '' : ` by ${epoch.move}`;
  const late = claim?.number !== undefined && active === region ? ` under epoch ${claim.number}` : '';
  return new FencedOff(
    `group ${group} is active in ${active}${since}, in epoch ${numberOf(epoch)}${by}: what ${region} does for ${cluster}${late} is refused; nothing has to be done, ${active} protects it`,
    { cluster, group, region, active, epoch: numberOf(epoch) },
  );
}
