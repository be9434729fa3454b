import type { LegalHold, PointState, RecoveryPoint } from '../../core/catalog/recovery-point.ts';
import { InvalidInput, RecoveryPointNotRestorable, UnknownLegalHold } from '../../core/errors/registry.ts';
import { looksLikeRecoveryPointId, NAME } from '../../core/ids/names.ts';
import { clusterOf } from '../../core/plan/installation.ts';
import type { Operator } from './operator.ts';
import { discardedAlready, knownPoint, unknownCluster } from './overview.ts';

/** These never held anything that could be restored, or do not any more. */
const NOTHING_TO_HOLD: ReadonlySet<PointState> = new Set(['failed', 'quarantined']);

/** A name is part of the hold's key, and is typed again to lift it. */
export const HOLD_NAME_MAX = 64;

/**
 * Places a hold on a cluster, or on one recovery point. It is written in the operator's region and known in the others
 * as soon as the catalog replicates; a recovery region takes it also while the primary is dark, which stops the
 * discards there.
 */
export async function placeHold(
  target: string,
  { name, why }: Pick<LegalHold, 'name' | 'why'>,
  operator: Operator,
): Promise<{ readonly hold: LegalHold; readonly point?: RecoveryPoint }> {
  if (!NAME.test(name) || name.length > HOLD_NAME_MAX)
    throw new InvalidInput(
      `--name is ${JSON.stringify(name)}; it takes lower-case letters, digits and single hyphens, beginning with a letter, up to ${HOLD_NAME_MAX}`,
    );
  const catalog = operator.catalog(operator.region);
  const held = await whatIsHeld(target, operator);
  const hold = { name, why, placedAt: operator.now, ...held.on };
  await catalog.placeHold(hold);
  // Placed twice, the first one stands, with its time.
  const stands = (await catalog.holds(hold.cluster)).find((each) => each.name === name) ?? hold;
  return { hold: stands, ...(held.point && { point: held.point }) };
}

interface Held {
  readonly on: Pick<LegalHold, 'cluster' | 'recoveryPoint'>;
  readonly point?: RecoveryPoint;
}

async function whatIsHeld(target: string, operator: Operator): Promise<Held> {
  if (looksLikeRecoveryPointId(target)) {
    const point = await knownPoint(target, operator);
    if (point.state === 'discarded') throw discardedAlready(target);
    if (NOTHING_TO_HOLD.has(point.state))
      throw new RecoveryPointNotRestorable(`${target} is ${point.state}; there is nothing in it to hold`);
    return { on: { cluster: point.cluster, recoveryPoint: point.id }, point };
  }
  // A cluster that left the configuration can be held for as long as points of it are left.
  const left = async () => (await operator.catalog(operator.region).points(target)).length > 0;
  if (!clusterOf(operator.installation, target) && !(await left())) throw unknownCluster(target, operator);
  return { on: { cluster: target } };
}

/** Lifts a hold by its name; a name that is not there is refused, because it may be a slip of the pen. */
export async function liftHold(cluster: string, name: string, operator: Operator): Promise<LegalHold> {
  const catalog = operator.catalog(operator.region);
  const holds = await catalog.holds(cluster);
  const hold = holds.find((each) => each.name === name);
  if (!hold) {
    const there = holds.map((each) => each.name).join(', ') || 'none';
    throw new UnknownLegalHold(
      `${cluster} has no legal hold named ${JSON.stringify(name)} in ${operator.region}; its holds are: ${there}`,
    );
  }
  await catalog.liftHold(cluster, name);
  return hold;
}
