import type { DrillCheck } from '../../core/drills/drill.ts';
import { seconds, speak } from '../../core/time/instant.ts';
import { readVaultReceipts, verifyFiles } from '../operator/receipts.ts';
import { recordsIn } from '../operator/records-in.ts';
import { vaultIn } from '../operator/vault-in.ts';
import type { Stage } from '../stage.ts';

type Say = (line: string) => void;

/** Rehearses what has just happened, with every call into the primary denied. True when it passed and nothing is left. */
export async function drill(stage: Stage, region: string, cluster: string, say: Say): Promise<boolean> {
  const input = { cluster, mode: 'region-lost' };
  say(`${region} $ holdfast-drill ${JSON.stringify(input)}`);
  await stage.execute(region, 'drill', input);
  const [record] = await stage.until(recordsIn(region).drills.drills(cluster));
  if (!record) {
    say('  IT WAS NOT RECORDED');
    return false;
  }
  const { state, recoveryPoint, checks = [], steps = [], tornDownAt } = record;
  const took = steps.map(({ name, seconds: length }) => `${name} ${speak(seconds(length))}`).join(', ');
  say(`  ${state}: ${recoveryPoint}, ${took}; ${tornDownAt ? 'nothing of it is left' : 'SOMETHING IS LEFT'}`);
  for (const line of checks.map(toldCheck)) say(`    ${line}`);
  return state === 'passed' && tornDownAt !== undefined;
}

const toldCheck = ({ name, outcome, detail }: DrillCheck): string => `${name} ${outcome}: ${detail}`;

/** Verifies the chain of receipts as an auditor does: from the vault, with nothing but files and public keys. */
export async function verifyReceipts(stage: Stage, region: string, say: Say): Promise<boolean> {
  const files = await stage.until(vaultIn(region).then(readVaultReceipts));
  const { receipts, flaws, head } = verifyFiles(files, undefined, { region });
  say(`${region} $ holdfast receipts verify`);
  const kinds = Map.groupBy(receipts, ({ body }) => body.kind);
  const counted = [...kinds].map(([kind, all]) => `${all.length} of a ${kind}`).join(', ');
  say(
    `  ${receipts.length} receipts follow each other (${counted}), up to ${head?.number} ${head?.hash.slice(0, 16)}…`,
  );
  for (const { kind, sentence } of flaws) say(`  ${kind}: ${sentence}`);
  return flaws.length === 0 && receipts.length > 0;
}
