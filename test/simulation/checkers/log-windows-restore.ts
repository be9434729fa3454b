import type { Stage } from '../../../cli/stage.ts';
import { type Instant, instant, later, milliseconds } from '../../../core/time/instant.ts';
import { regionsOf } from './checker.ts';
import { type ClaimedWindow, claimedWindows } from './log-claims.ts';
import { covered } from './windows-restore.ts';

/** Of each window that a log opens, and for each reason to doubt: an instant inside, and one beside a change of schema. */
const INSIDE = 2;

/**
 * Every instant of every window that a log opens restores there to exactly the rows of that instant, in every region:
 * both ends, some drawn instants between them, and the milliseconds before and after a change of schema. Each is
 * restored by the deployed machine into an empty cluster.
 */
export async function logWindowsRestore(stage: Stage): Promise<string[]> {
  const chance = stage.cloud.world.random('test.log-windows');
  const violations: string[] = [];
  for (const cluster of stage.installation.clusters) {
    const application = stage.tidb.applications.get(cluster.name);
    if (!application) continue;
    for (const region of regionsOf(stage)) {
      const claimed = claimedWindows(stage, region, cluster.name);
      for (const { chain } of claimed) {
        const window = () =>
          claimedWindows(stage, region, cluster.name).find((one) => one.chain.chain === chain.chain);
        const asked = (choose: (window: ClaimedWindow) => Instant) =>
          covered(stage, region, cluster, () => choose(window()!));
        const shares = Array.from({ length: INSIDE }, () => chance.next());
        const schema = chance.next();
        const choices: ((window: ClaimedWindow) => Instant)[] = [
          ({ earliest }) => earliest,
          ({ latest }) => latest,
          ...shares.map((share) => (one: ClaimedWindow) => inside(one, share)),
          ...[0, 1].map((after) => (one: ClaimedWindow) => {
            const changed = application.schemaChangedAt.filter((at) => at > one.earliest && at < one.latest);
            const at = changed[Math.floor(schema * changed.length)];
            return at === undefined ? inside(one, schema) : after ? later(at, milliseconds(1)) : at;
          }),
        ];
        for (const choose of choices) if (window()) violations.push(...(await asked(choose)));
      }
    }
  }
  return violations;
}

const inside = ({ earliest, latest }: ClaimedWindow, share: number): Instant =>
  instant(Math.floor(earliest + (latest - earliest) * share));
