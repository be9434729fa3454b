import type { RecoveryPoint } from '../../core/catalog/recovery-point.ts';
import { planUndelete } from '../../core/catalog/undelete.ts';
import type { RecoveryPointId } from '../../core/ids/names.ts';
import type { Operator } from './operator.ts';
import { regionsOf } from './operator.ts';
import { knownPoint } from './overview.ts';

export interface Undeleted {
  readonly point: RecoveryPoint;
  /** Where its copies are proven again. */
  readonly regions: readonly string[];
  readonly left: readonly { readonly region: string; readonly why: string }[];
}

/**
 * Brings a recovery point back from the bin.
 *
 * The point goes first: it is what every region looks at before it discards, and a region that finds a sealed point
 * brings its copy back itself. So whoever dies in between loses nothing. The other way round a point would stay
 * `expiring` beside a proven copy, and nothing would ever move it again.
 *
 *     point sealed ✗                      each region's next run brings its own copy back
 *     point sealed, copy at home ✗        the other regions' runs do; or the same command once more
 *
 * In the catalog each record has one region that writes it: the point the primary, a copy in the bin its own region.
 * So each is read and written there, and a region that cannot be reached stops the command before anything is written.
 */
export async function undelete(id: RecoveryPointId, operator: Operator): Promise<Undeleted> {
  const { installation, now } = operator;
  const home = operator.catalog(installation.regions.primary);
  const binned = await knownPoint(id, { ...operator, region: installation.regions.primary });
  const [holds, points, copies] = await Promise.all([
    home.holds(binned.cluster),
    home.points(binned.cluster),
    Promise.all(regionsOf(installation).map((region) => operator.catalog(region).copy(id, region))),
  ]);
  const there = copies.filter((copy) => copy !== undefined);
  const answer = planUndelete({ point: binned, copies: there, holds, points }, now);
  if (answer.outcome === 'refused') throw answer.refusal;
  const point = await home.advance(id, 'sealed');
  for (const region of answer.regions) await operator.catalog(region).advanceCopy(id, region, 'proven');
  return { point, regions: answer.regions, left: answer.left };
}
