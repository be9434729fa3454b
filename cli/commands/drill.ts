import type { DrillRecord } from '../../core/drills/drill.ts';
import { InvalidInput } from '../../core/errors/registry.ts';
import { drillId } from '../../core/ids/names.ts';
import { type Cluster, clusterOf, planOf } from '../../core/plan/installation.ts';
import { iso, wholeSecond } from '../../core/time/instant.ts';
import { command, EXIT, type Request } from '../operator/command.ts';
import { messageIn } from '../operator/message-in.ts';
import { type Answer, type Operator, regionsOf } from '../operator/operator.ts';
import { unknownCluster } from '../operator/overview.ts';
import type { Ended, Started } from '../operator/starter-in.ts';

const HELP = `holdfast drill <cluster>: starts holdfast-drill, which restores it apart, compares it, and removes it again

  --mode <mode>       ordinary, or region-lost: everything in the primary is denied to it, and it proves so first
                      (default: as the plan says, else ordinary)
  --pick <which>      latest, or random: one drawn from all points that are kept (default: as the plan says, else latest)
  --by <name>         who asks, for the record
  --region <region>   where it runs (default: where the plan drills, else the first recovery region)
  --json              for machines

It returns once the drill has begun. holdfast drills <cluster> says how it ended; docs/drills.md says what a pass proves.`;

/** A drill opens its record within seconds; what takes longer is looked at in the console. */
const LOOKS = 60;

export const drill = command({
  name: 'drill',
  help: HELP,
  operands: [1, 1],
  options: {
    mode: { type: 'string' },
    pick: { type: 'string' },
    by: { type: 'string' },
    region: { type: 'string' },
  },
  work: async (request, operator) => {
    const [name = ''] = request.operands;
    const cluster = clusterOf(operator.installation, name);
    if (!cluster) throw unknownCluster(name, operator);
    const region = regionOf(request, cluster, operator);
    const started = await operator.starter(region).start('drill', inputOf(name, request));
    const found = await untilBegun(name, region, started, operator);
    return 'drill' in found ? begun(found.drill, started) : refused(found, started);
  },
});

const oneOf = ({ values }: Request, option: string, choices: readonly string[]): string | undefined => {
  const value = values[option];
  if (value === undefined || (typeof value === 'string' && choices.includes(value))) return value;
  throw new InvalidInput(`--${option} takes ${choices.join(' or ')}; received ${JSON.stringify(value)}`);
};

function inputOf(cluster: string, request: Request): Readonly<Record<string, unknown>> {
  const { by } = request.values;
  if (by === '') throw new InvalidInput('--by takes a name; received nothing');
  const mode = oneOf(request, 'mode', ['ordinary', 'region-lost']);
  const pick = oneOf(request, 'pick', ['latest', 'random']);
  return {
    cluster,
    ...(mode !== undefined && { mode }),
    ...(pick !== undefined && { pick }),
    ...(by !== undefined && { by }),
  };
}

/** What was typed was checked before; a shell's AWS_REGION is about something else. */
function regionOf({ values }: Request, cluster: Cluster, { installation, region }: Operator): string {
  if (values['region'] !== undefined) return region;
  const [primary = '', recovery = primary] = regionsOf(installation);
  return planOf(installation, cluster)?.drills?.region ?? recovery;
}

async function untilBegun(
  cluster: string,
  region: string,
  { execution, startedAt }: Started,
  { records, starter }: Operator,
): Promise<{ readonly drill: DrillRecord } | Ended> {
  const id = drillId(cluster, wholeSecond(startedAt), execution);
  for (let look = 0; look < LOOKS; look++) {
    const record = await records(region).drills.drill(cluster, id);
    if (record) return { drill: record };
    const ended = await starter(region).ended(execution);
    if (ended) return ended;
    await starter(region).pause();
  }
  return { status: 'RUNNING', cause: 'it has not begun yet' };
}

const begun = ({ id, region, mode, recoveryPoint, deadline }: DrillRecord, { execution }: Started): Answer =>
  recoveryPoint === undefined
    ? {
        json: { drill: id, execution, outcome: 'nothing-to-restore' },
        lines: [
          `${id}: no recovery point of this cluster is proven in ${region}, so there is nothing to drill`,
        ],
        code: EXIT.refused,
      }
    : {
        json: {
          drill: id,
          execution,
          outcome: 'begun',
          region,
          mode,
          recoveryPoint,
          deadline: iso(deadline),
        },
        lines: [
          `${id} restores ${recoveryPoint} in ${region}${mode === 'region-lost' ? ', as if the primary were lost' : ''}`,
          `nothing of it is left at ${iso(deadline)}; holdfast drills shows how it ended`,
        ],
      };

const refused = ({ status, error, cause }: Ended, { execution }: Started): Answer => ({
  json: { execution, status, error, cause },
  lines: [`${error ?? status}: ${messageIn(cause) ?? `look at ${execution}`}`],
  code: EXIT.refused,
});
