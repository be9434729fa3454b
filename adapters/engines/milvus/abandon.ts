import type { Abandoned, AbandonedRestore } from '../../../core/engines/driver.ts';
import type { MilvusPorts } from './ports.ts';

/** What is refused before the tool writes anything. */
const REFUSALS: ReadonlySet<string> = new Set([
  'InvalidInput',
  'UnsupportedByEngine',
  'RecoveryPointNotRestorable',
  'ClusterUnreachable',
]);

/**
 * Stops the tool, which cannot be asked to take anything back. Collections of an attempt carry its suffix; what it had
 * copied into Milvus's own bucket stays there when it is killed, and no name tells whose it is but the collection's.
 */
export async function abandonRestore(ports: MilvusPorts, spec: AbandonedRestore): Promise<Abandoned> {
  const { region, restore, reason } = spec;
  for (const task of await ports.containers.runningFor(region, restore.id))
    await ports.containers.stop(region, task, `${restore.id} is abandoned`);
  if (REFUSALS.has(reason.name)) return { target: 'untouched' };
  return {
    target: 'unfinished',
    left:
      `collections of ${restore.target} that end in _r and eight hexadecimal digits are of unfinished attempts: drop them; ` +
      'and remove what lies below restore-temp- in the bucket of that Milvus once no restore runs (docs/engines/milvus.md)',
  };
}
