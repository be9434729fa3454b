import type { concludeReconciliation } from '../../../workflows/contracts/reconcile.ts';
import { EVERY_CLUSTER } from '../../shared/every-cluster.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { FIRST, NOTHING_MENDED, writePosition } from '../plan-file.ts';

/** The note first: a summary that was given twice says nothing wrong, a run that begins anew does. */
export async function conclude(
  { survey, discarded = NOTHING_MENDED, recorded = NOTHING_MENDED }: Input<typeof concludeReconciliation>,
  { region, vault, announcer }: Pick<TaskPorts, 'region' | 'vault' | 'announcer'>,
): Promise<Output<typeof concludeReconciliation>> {
  await writePosition(vault, survey.whole ? FIRST : survey.position);
  const mended = discarded.mended + recorded.mended;
  const told = discarded.told + recorded.told;
  const putOff = discarded.putOff + recorded.putOff;
  const { clusters, found, left } = survey;
  const rest = [
    ...(putOff > 0 ? [`${putOff} stood otherwise when looked at again`] : []),
    ...(left > 0 ? [`${left} were left to the next run, as its plans say`] : []),
    ...(survey.whole ? [] : [`the next run begins behind ${survey.position.cluster}`]),
  ];
  await announcer.announce({
    name: 'ReconciliationFinished',
    cluster: EVERY_CLUSTER,
    region,
    sentence: `${region}: ${clusters} clusters compared with what is there, ${found} differences found, ${mended} mended, ${told} told to a person${rest.map((each) => `; ${each}`).join('')}`,
    facts: { clusters, found, mended, told, putOff, left },
  });
  return {};
}
